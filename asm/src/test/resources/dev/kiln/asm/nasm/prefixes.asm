bits 64
 rep movsb
 repne scasb
 repe cmpsq
 rep stosq
 rep ret
 repz ret
 lock add [rax],eax
 lock cmpxchg [rax],ecx
 lock xadd qword [rax], rcx
 fs mov eax,[rax]
 gs mov rax,[rax+8]
 a32 movsb
 rep a32 stosd
 o16 push 5
 bnd jmp rax
 lock
 rep
 xacquire lock add dword [rax], 1
 es nop
 a32 loop $
 o16 push word 5
 o16 push word -0x5aa6
 o16 push 5
 o16 push ax
