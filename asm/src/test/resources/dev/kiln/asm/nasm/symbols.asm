bits 64
%line 1+1 other.c
first: nop
.a: nop
.b: dq .a, first.b, second.a
second nop
.a:
 dq .a
third:
x equ 7
 dq x
 dq first
_under@at: dq _under@at
a.b.c: dq a.b.c
?q: dq ?q
Mixed: dq Mixed
 MOV EAX, [RBX+8*RCX]
 Db 5
SECTION .data
 GLOBAL third
 dq third
 y equ $
 dq y, z
z equ y+1
cpu x64
