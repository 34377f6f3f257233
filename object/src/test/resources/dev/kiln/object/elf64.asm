global f:function hidden
f: ret
;--------
global f:function hidden (f.e-f)
f: ret
.e:
;--------
global f:data protected 8
f: dq 0
;--------
global f:internal
f: dq 0
;--------
global f:weak
f: ret
;--------
global a:function 5, b:data 6
a:
b:
;--------
extern f:weak
call f
;--------
extern f:function
call f
;--------
extern f:function hidden 5
call f
;--------
static s
s: ret
;--------
required r
;--------
extern unused
ret
;--------
common x 4:8
;--------
common x 4
;--------
common x 4:8 hidden
;--------
common x 40:16 protected
 mov eax, [rel x + 8]
;--------
section .x progbits alloc noexec nowrite align=16 tls
nop
;--------
section .x merge strings byte
db 0
;--------
section .x merge qword align=8
dq 0
;--------
section .x strings
db 0
;--------
section .x note alloc
db 0
;--------
section .note.foo
db 1
;--------
section .note
db 1
;--------
section .note alloc
db 1
;--------
section .init_array
dq 0
;--------
section .init_array.5
dq 0
;--------
section .init_array write
dq 0
;--------
section .init_array align=4
dq 0
;--------
section .init_array byte
dq 0
;--------
section .fini_array
dq 0
;--------
section .preinit_array pointer
dq 0
;--------
section .x pointer
dq 0
;--------
section .x init_array
dq 0
;--------
section .x align=16 fini_array
dq 0
;--------
section .x preinit_array
dq 0
;--------
section .comment
db 1
;--------
section .lbss
resb 1
;--------
section .ldata
db 1
section .lrodata
db 1
;--------
section .tbss
x: resb 1
section .tdata
global y
y: dq 1
;--------
section .data align=16
section .data align=64
db 1
;--------
section .data align=64
section .data align=16
db 1
;--------
section .data noalloc
db 1
;--------
section .data noalloc align=8
db 1
;--------
section .data nowrite
db 1
;--------
section .data alloc
db 1
;--------
section .text write
nop
;--------
section .text noexec
db 1
;--------
section .text nobits
resb 4
;--------
section .text align=4
nop
;--------
section .text align=0
nop
;--------
section .bss progbits
db 1
;--------
section .bss align=32
resb 1
;--------
section .rodata write
db 1
;--------
section .tdata notls
db 1
;--------
section .x nobits write
resb 5
;--------
section .x align=16384
db 4
;--------
section .x exec
db 1
section .x noexec write
db 2
;--------
section .data
section .data nowrite
db 1
;--------
section .x dword
dd 1
;--------
section .x align=2 dword
dd 1
;--------
section .data dword
dd 1
;--------
section .x tword
dt 1.0
;--------
section .x oword merge
dd 1
;--------
section .x yword
dd 1
;--------
section .x zword
dd 1
;--------
section .x merge dword strings word
dd 1
;--------
section .x notls nomerge nostrings
db 1
;--------
section .rodata.str progbits alloc merge strings byte
db 1
;--------
section .note.GNU-stack noalloc noexec nowrite progbits
;--------
section .data
dd 1
section .text
nop
;--------
nop
section .data
dd 1
;--------
section .data
dd 1
;--------
section .x align=4 exec
 align 32
 nop
;--------
section .x
 sectalign 64
 nop
;--------
section .x align=4
 sectalign off
 align 32
 nop
 sectalign on
 align 8
;--------
section .x
 alignb 32
;--------
section .bss
 alignb 64
 resb 1
;--------
osabi 9
ret
;--------
osabi 3, 1
ret
;--------
x:
..@a.b: ret
 jmp ..@a.b
;--------
extern a
extern b
global d, c
call b
d: call a
l: ret
c: ret
m: equ 5
;--------
global k
k equ 77
;--------
global k
section .data
 dq 1
k equ $ + 3
 dq k
;--------
[section .data align=32]
[global g]
g: dq 0
[extern e]
 dq e + 5, e - $
;--------
extern v
 mov rax, [rel v wrt ..gottpoff]
 mov rcx, [rel v wrt ..got]
 mov rax, v wrt ..got
 mov rax, v wrt ..gotoff
 mov eax, v wrt ..got
 dq v wrt ..got, v wrt ..gotoff
 dd v wrt ..got
 call v wrt ..plt
 jmp v wrt ..plt
 mov edx, v
 mov rdx, v
 mov edx, [v]
 mov eax, [rbx + v]
 mov al, [qword v]
;--------
extern v
 section .data
 db v
 dw v
 dd v
 dq v
 dw v - $
 dd v - $ + 7
 dq v - $$
;--------
global a:function (a.end - a), b:object (b.end - b)
a: call c
c: ret
.end:
a.end:
section .data
b: times 3 dq b
.end:
;--------
%pragma elf nothing of interest
[pragma output something]
ret
