[bits 64]
[section .text]
a: dq a, b, c, d, e
 mov rax,[rel b]
 mov rax,[rel c]
 jmp b
section .data align=16
b: dq a, b, c, $-b
 db 1
segment .bss
c: resb 5
 alignb 8
e: resq 2
section other align=8
d: dd d, $$
 dq e-c
section .data
 dq b, d
section .text
 call d
