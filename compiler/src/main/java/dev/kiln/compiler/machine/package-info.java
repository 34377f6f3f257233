/**
 * Functions as machine instructions, from selection to emission.
 *
 * <h2>What selection may rely on, and has to keep to</h2>
 *
 * <ul>
 *   <li><b>Virtual registers</b> may be written any number of times. An operand that its form writes without reading defines the
 *       whole register, also when it is narrower than 32 bits: the bits above are then unspecified. So {@code sete d} needs a {@code movzx}
 *       behind it, not a zeroed {@code d} before it. Where a form reads what it writes (two-address arithmetic, {@code cmov},
 *       {@code cvtsi2sd}, {@code pinsrw}, {@code shufps} …), {@code d} must have been written, by {@link Pseudo#DEFINE} if its old
 *       contents do not matter.
 *   <li><b>Two-address instructions</b> are written {@code COPY d | a; op d, b}. The copy vanishes when {@code a} dies there.
 *       When {@code b} is the same virtual register as {@code d}, copy it first.
 *   <li><b>Physical registers</b> appear in {@link Pseudo#ENTRY}, {@link Pseudo#COPY}, {@link Pseudo#CALL}, {@link Pseudo#RET}, as
 *       operands, and as what a form reads and writes besides its operands. Such a register belongs to selection from where it is written
 *       to its last use in the same block, and never lives from one block into another. Values come and go by COPY: {@code
 *       COPY rcx | n; shl d, cl}; {@code COPY rax | a; cqo; idiv b; COPY q | rax}. Copy results out right behind the
 *       instruction, and bring arguments in right before it: the registers in between are lost to allocation. At most ten general and
 *       twelve vector registers may be held at a time. RSP and RBP are never allocated and may be addressed freely; RBX is not to
 *       be held.
 *   <li><b>Flags</b> are not tracked; the allocator adds only moves, between any two instructions, and these leave the flags alone.
 *   <li><b>Jumps</b> may stand anywhere in a block; their targets are starts of blocks. What a jump target or the next block needs is in
 *       memory by then, so a jump costs less when fewer values live across it. A jump to a block that holds only a {@link Pseudo#TRAP}
 *       costs nothing, so write {@code test d, d; jz trap} and go on in the same block. A block that only its predecessor in layout falls
 *       into keeps that one's registers.
 *   <li><b>A block's end</b>: an unconditional jump, RET or TRAP; otherwise it falls through to the next block in layout. No instruction
 *       may follow the unconditional end of a block. Every block that is named has its place. The entry block is the first in
 *       layout and no jump goes to it.
 *   <li><b>The frame</b>: incoming stack arguments are memory at {@code [rbp + 16 …]} (with Microsoft's convention the home area of the
 *       register arguments comes first). Slots are addressed as memory with base {@link Operand#SLOT}; {@code lea d, [slot]} gives
 *       the address. Outgoing stack arguments: {@code sub rsp, n}, stores to {@code [rsp + …]}, the call, {@code add rsp, n}, with n
 *       a multiple of 16; RSP is a multiple of 16 wherever no such bracket is open, and must be at each call. For n above
 *       {@link Pseudo#UNPROBED} use {@link Pseudo#GROW_STACK} instead of {@code sub}. Dynamic allocation is GROW_STACK
 *       too; the new area's address is RSP plus nothing. The red zone is not used.
 *   <li><b>Positions</b> are numbers for {@code Module.positionOf}: positive ones are stated, negative ones are places in the text.
 *   <li><b>Traps</b>: {@link Pseudo#TRAP} in a block of its own, at the end of the layout, one per trap name and position.
 * </ul>
 */
package dev.kiln.compiler.machine;
