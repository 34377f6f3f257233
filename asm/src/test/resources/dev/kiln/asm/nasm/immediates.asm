bits 64
 mov rcx, -1
 mov rcx,0x7fffffff
 mov rcx,0x80000000
 mov rcx,0xffffffff
 mov rcx, 1<<40
 mov rcx, strict dword 5
 mov rcx, qword 5
 mov rcx, strict qword 5
 mov rcx,dword 5
 mov cl, byte 3
 mov rcx, dword -1
 mov eax, -5
 mov ax, 0xffff
 mov ax, -1
 mov al, 255
 mov byte [rax], "a"
 mov word [rax], 5
 mov qword [rax], -5
 mov [rax], dword 5
 imul eax,5
 imul eax,ebx,5
 imul rax, rbx, byte 5
 imul eax,ebx,500
 push 5
 push word 5
 push word 500
 push dword 5
 push qword 5
 push strict dword 5
 push 1000
 push -129
 add eax, 0xffffffff
 add ax, 0xffff
 add eax, 127
 add eax, 128
 add ecx, 128
 add rax, -129
 add al, 5
 add eax, strict dword 5
 add ecx, strict dword 5
 add ecx, byte 5
 add dword [rax], 5
 add dword [rax], 500
 add [rax], ecx
 cmp rax, 'a'
 test al, 1
 test ecx, 500
 and rsp, -16
 shl eax,1
 shl eax, byte 1
 shl eax,2
 shl eax,cl
 shl byte [rax], 1
 ret 5
 enter 5,3
 int 3
 int 0x80
 in al,5
 out dx,eax
 xchg eax,eax
 xchg rax,rbx
 xchg rbx,rax
 xchg ecx,[rax]
 test eax,[rbx]
 test [rbx],eax
 mov eax, label
 mov rax, label
 mov rax, dword label
 mov rax, qword label
 add rax, label
 add ecx, label
 push label
 mov eax, label2-label
 mov ecx, five
 add ecx, five
label: nop
label2:
five equ label2-label+4
 movzx eax, byte [rax]
 movsx rax, word [rax]
 movsxd rax, dword [rax]
 movsxd rax, ecx
 movq xmm0, rax
 movq rax, xmm0
 movd xmm0, eax
 cvtsi2sd xmm0, rax
 cvtsi2sd xmm0, [rax]
 pshufd xmm0, xmm1, 0x1b
 bt eax, 5
 bswap rax
