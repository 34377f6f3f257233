bits 64
 db 1
 align 4
 db 2
 align 8, db 0
 db 3
 alignb 16
 db 4
 align 16, int3
f: nop
 align 32
 times 3 nop
g: times g-f-20 db 7
 times 510-($-$$) db 0
 dw 0xaa55
n equ 3
 times n*2 dd n
m equ $-f
 dq m
late: resb 2
later equ late+5
