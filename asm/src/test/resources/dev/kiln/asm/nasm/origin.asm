bits 64
org 0x7c00
start: mov rax, start
 mov eax, [abs data]
 mov eax, [rel data]
 jmp 0x7c00
data: dq data, $$, $
section .data
 dq more
more: dq start
section .bss
 resb 4
tail: resb 1
section .text
 dq tail
