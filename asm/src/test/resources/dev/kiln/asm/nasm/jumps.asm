bits 64
start:
.l: jmp .l
 jz start
 jmp near .l
 jz near .l
 jmp short .f
 jmp far_label
 call far_label
.f: loop .l
 loopne .l
 jrcxz .l
 jecxz .l
 jmp rax
 jmp [rax]
 jmp qword [rax]
 call rax
 call [rax+8]
 jmp [rel table]
 jmp $
 jmp $+2
 jmp $$
 jne start.l
 jmp 0x100
 call 0x5
 times 3 jmp start
 times 120 nop
far_label: jae start
 jmp .x
 times 126 nop
.x: jmp .y
 times 127 nop
.y: jmp .z
 times 128 nop
.z: ret
table: dq start, far_label.y, far_label.z
$rax: jmp $rax
..@special: nop
 jmp ..@special
.last: jmp .last
