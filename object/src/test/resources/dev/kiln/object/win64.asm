default rel
section .text
global main
extern printf
main: sub rsp, 40
 lea rcx, [msg]
 call printf
 add rsp, 40
 ret
section .data
msg: db "hello", 0
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
section .data code
db 1
;--------
section .data write
db 1
;--------
section .x
nop
section .x data
db 1
;--------
section .x info
db 1
;--------
section .rdata$zzz rdata
db 1
;--------
section .rodata
db 1
;--------
section .x text
;--------
section .bss data
db 1
;--------
section .bss
resb 1
;--------
section .data align=32 bss
resb 1
;--------
section .x data rdata code
nop
;--------
section .debug_info
db 1
;--------
section .debug_info info
db 1
;--------
section .tls$ data
db 1
;--------
section .data
align 64
db 1
;--------
section .text align=4
nop
;--------
section .text align=8192
nop
;--------
section .text
section .pdata
f: dd f, f.end, u
f.end:
section .xdata
u: dd f wrt ..imagebase
;--------
section .pdata align=8
dd 1
;--------
section .CRT$XCU
dd 1
;--------
section .data align=0
db 1
;--------
section .idata$2 data info
db 1
;--------
section .a_rather_long_section_name data
dd 1
section .another_rather_long_one rdata
dq a_symbol_with_a_long_name
a_symbol_with_a_long_name:
;--------
section .text
export foo
foo: ret
;--------
section .data
db 1
section .text
export foo
export bar
foo: ret
bar: ret
;--------
section .drectve info
db "-defaultlib:x "
;--------
common x 40
 mov eax, [rel x + 8]
;--------
extern unused
ret
;--------
required r
;--------
section .text
static s
s: ret
;--------
global k
k equ 77
l equ 78
;--------
jmp 100
call 0x123456
jz near -5
;--------
extern v
 mov eax, v
 mov rax, v
 mov eax, [v]
 mov eax, [rbx + v]
 mov eax, [rbx + v wrt ..imagebase]
 mov dword [rel v], 5
 mov byte [rel v], 5
 cmp word [rel v + 3], 555
 lea rax, [rel v - 4]
;--------
extern v
section .data
 dd v
 dq v
 dd v wrt ..imagebase
 dd v - $
 dd l wrt ..imagebase, l - $$
l: dq l, $, $$ + 3
;--------
%pragma macho subsections_via_symbols
[pragma win64 something]
ret
;--------
section .text
x:
..@a.b: ret
 jmp ..@a.b
;--------
section .x comdat=2:f data
f: db 1
section .y comdat=5:f rdata align=16
g: db 1,2
section .z comdat=1:h code
h: call f
section .w code comdat=7:i align=32
i: dq h, 5
