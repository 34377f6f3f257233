default rel
global _main
extern _printf
_main: sub rsp, 8
 lea rdi, [msg]
 xor eax, eax
 call _printf
 add rsp, 8
 ret
section .data
msg: db "hello", 0
;--------
global a, b:private_extern
a: ret
b: ret
;--------
section .data align=16
section .data align=64
db 1
;--------
section .data align=64
section .data align=16
db 1
;--------
section .data
section .data no_dead_strip
db 1
;--------
section .data code
db 1
;--------
section .bss data
db 1
;--------
section __DATA,__bss
resb 1
;--------
section __TEXT,__text
nop
;--------
section __FOO,__bar debug
nop
;--------
section __FOO,__bar live_support strip_static_syms
nop
;--------
section .rodata
x: dq x
;--------
section .rodata
x: dq 1
;--------
section .rodata
x: dq 1
section __TEXT,__const
db 1
;--------
section __DATA,__const
x: dq 1
section .rodata
db 1
;--------
section .rodata
x: dq 1
section __DATA,__const
db 1
;--------
section .debug_info
db 1
section .debug_abbrev
db 1
section .debug_line
db 1
section .debug_str
db 1
;--------
section __DWARF,__debug_info
db 1
;--------
section .data align=0
db 1
;--------
section .data data zerofill
resb 1
;--------
section __TEXT,__mixed mixed
extern e
call e
;--------
section .text align=32
nop
align 64
nop
;--------
section .bss align=8
resb 3
section .data
dd 1
section __DATA,__zero zerofill
resb 5
section .rodata
dq 1
;--------
common x 40
 mov eax, [rel x + 8]
;--------
extern unused
ret
;--------
required r
;--------
static s
s: ret
;--------
global k
k equ 77
l equ 78
;--------
global h
h: ret
section .data
k equ h + 3
;--------
subsections_via_symbols
global a, b
a: call b
c: jmp near c
jmp near a
b: jmp near c
 jz near b
 lea rax, [rel c]
;--------
[pragma macho subsections_via_symbols]
ret
;--------
%pragma macho subsections_via_symbols
ret
;--------
%pragma macho64 subsections_via_symbols
ret
;--------
%pragma elf64 subsections_via_symbols
ret
;--------
extern v
global g, h
g: mov rax, [rel v wrt ..gotpcrel]
 mov rax, [rel g wrt ..gotpcrel]
 push qword [rel h wrt ..gotpcrel]
 cmp eax, [rel v wrt ..gotpcrel]
 mov r9, [rel v wrt ..gotpcrel]
 mov ecx, [rel v wrt ..gotpcrel]
 mov rdi, [rel v wrt ..tlvp]
h: mov dword [rel v], 5
 mov byte [rel v], 5
 cmp word [rel v + 3], 555
 lea rax, [rel v - 4]
 call v + 1
 jmp v
 jz v
 mov rax, v + 9
;--------
extern v
section .data
l: dq l, v, $, $$ + 3
 dd v - $, v - $$ + 2
 dq v + 5
section .rodata
m: dq l + 8
;--------
x:
..@a.b: ret
 jmp ..@a.b
