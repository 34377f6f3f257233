; Sizes of operands, addresses and immediates that are said
bits 64
        o16 nop
        o32 nop
        o64 nop
        a32 nop
        a64 nop
        o64 push rax
        o64 mov rax,rbx
        o64 mov eax,ebx
        o32 mov eax,ebx
        o16 mov ax,bx
        o16 mov eax,ebx
        o64 call rax
        o64 retn
        o64 ret
        o64 int 3
        o16 push rax
        o16 pushf
        o64 pushf
        o32 pushf
        pushfw
        pushfq
        pushf
        popfw
        a32 lodsb
        a32 mov eax,[eax]
        a64 mov eax,[rax]
        a32 rep movsb
        rep a32 movsb
        a32 jmp $+2
        a32 loop $
        a32 jecxz $
        jecxz $
        jrcxz $
        a64 jecxz $
        loop $,ecx
        loop $,rcx
        loopne $,ecx
        loope $,rcx
        o16 lodsd
        o16 jmp $+100
        o16 jmp near $+100
        o32 jmp $+100
        o16 call $+100
        call rax
        jmp [rax]
        jmp qword [rax]
        lock add [rax],eax
        rep movsb
        repe cmpsb
        repz cmpsb
        repne scasb
        repnz scasb
        rep lock add [rax],eax
        lock rep add [rax],eax
        xacquire lock add [rax],eax
        lock xacquire add [rax],eax
        xrelease mov [rax],eax
        xrelease lock xchg [rax],eax
        xacquire xchg [rax],eax
        xacquire mov [rax],eax
        bnd jmp $+100
        bnd call $+100
        bnd ret
        nobnd ret
        bnd jz $
        bnd jmp rax
        rep ret
        repz ret
        fs mov eax,[rax]
        es mov eax,[rax]
        cs mov eax,[rax]
        ds mov eax,[rax]
        ss mov eax,[rax]
        mov eax,[fs:rax]
        mov eax,[es:rax]
        mov eax,[cs:rax]
        mov eax,fs:[rax]
        mov eax,[ds:rbp]
        mov eax,[ss:rbp]
        fs nop
        fs
        rep
        lock
        o16
        a32
        es lodsb
        fs rep movsb
        rep fs movsb
        wait
        fwait
        wait fnop
        jmp short $
        jmp near $
        jmp strict short $
        jmp strict near $
        jmp strict $
        jmp qword $
        jz short $
        jz near $
        jz strict near $
        call near $
        call strict $
        push 5
        push byte 5
        push word 5
        push dword 5
        push qword 5
        push strict byte 5
        push strict word 5
        push strict dword 5
        push strict qword 5
        push 128
        push 0x12345678
        push -1
        push 0xffffffffffffffff
        push byte -128
        push word 0x1234
        push word -1
        push word 128
        push fs
        push gs
        push qword fs
        push word fs
        pop fs
        pop gs
        push ax
        push rax
        push r8
        push r8w
        push word [rax]
        push qword [rax]
        pop qword [rax]
        pop word [rax]
        pop r9w
        mov rax,[qword 0x1122334455667788]
        mov eax,[qword 0x1122334455667788]
        mov al,[qword 0x1122334455667788]
        mov ax,[qword 0x1122334455667788]
        mov [qword 0x1122334455667788],rax
        mov [qword 0x1122334455667788],al
        mov rax,[dword 0x11223344]
        mov rax,[0x11223344]
        mov rax,[0xffffffff80000000]
        mov rax,[-5]
        mov eax,[a32 0x80000000]
        a32 mov eax,[0x80000000]
        a32 mov eax,[dword 0x80000000]
        mov eax,[dword eax+5]
        mov rbx,[qword 5]
        mov rbx,[rel 5]
        mov rbx,[abs 5]
        mov rbx,[rel $]
        mov rax,[rel 5]
        mov rax,[rel $]
        mov rax,[rel $+5]
        mov rax,[fs:rel $]
        mov rax,[rel fs:$]
        mov rax,[fs:5]
        mov rax,[fs:qword 5]
        mov rax,[qword fs:5]
        mov rax,[gs:0x60]
        lea rax,[rel 5]
        lea eax,[eax*2]
        lea eax,[nosplit eax*2]
        lea rax,[nosplit rax+rax]
        lea rax,[nosplit rax*2+5]
        lea rax,[nosplit rax*1]
        lea rax,[nosplit rax*3]
        lea rax,[rax*3+5]
        lea rax,[rax*9]
        lea rax,[rax+rbx*1]
        lea rax,[rax*1+rbx]
        lea rax,[rbx*1+rax*1]
        lea rax,[rsp+rax]
        lea rax,[rax+rsp]
        lea rax,[rax+rsp*1]
        lea rax,[rsp*1+rax*1]
        lea rax,[rsp*1]
        lea rax,[rbp]
        lea rax,[r13]
        lea rax,[r12]
        lea rax,[rbp+rax]
        lea rax,[rax+rbp]
        lea rax,[r13+rax]
        lea rax,[rax+r13]
        lea rax,[byte rax]
        lea rax,[dword rax]
        lea rax,[byte rax+5]
        lea rax,[dword rax+5]
        lea rax,[byte rbp]
        lea rax,[byte rax+rbx]
        lea rax,[rax-rbx+rbx]
        lea rax,[rax+rax]
        lea rax,[rax+rax*2]
        lea rax,[rax+5-5]
        lea ax,[rax]
        lea eax,[rax]
        lea rax,[eax]
        lea rax,[5]
        lea rax,[dword 5]
        lea rax,[qword 5]
        lea rax,[5*rax]
        lea rax,[(rax+5)*2]
        lea rax,[rax*2+rax*2]
        lea rax,[rax*0+5]
        lea rax,[rbx,rcx*2]
        lea rax,[rax,rcx]
        lea rax,qword [rbx]
        lea rax,byte [rbx]
        imul rax,rbx,dword 5
        imul rax,rbx,strict dword 5
        imul rax,rbx,qword 5
        imul rax,rbx,strict byte 5
        imul eax,ebx,dword 5
        imul eax,ebx,strict dword 5
        imul eax,ebx,strict 5
        imul ax,bx,word 5
        imul ax,bx,strict word 5
        imul rax,dword 5
        imul eax,dword 5
        imul eax,byte 5
        imul rax,rbx,-1
        imul rax,rbx,128
        imul eax,ebx,0xffffffff
        imul ax,bx,0xffff
        imul ax,0xffff
        add eax,strict 5
        add rax,strict 5
        add ax,strict 5
        add al,strict 5
        add ebx,strict 5
        add rbx,strict 5
        add rbx,qword 5
        add rbx,strict qword 5
        add rbx,strict byte 5
        add ebx,byte 5
        add bx,byte 5
        add bx,word 5
        add bl,byte 5
        add [rax],strict byte 5
        add dword [rax],strict 5
        add qword [rax],strict 5
        add word [rax],strict 5
        add [rax],word 5
        mov rbx,strict 5
        mov ebx,strict 5
        mov bx,strict 5
        mov rbx,strict dword 5
        mov rbx,strict qword 5
        mov rbx,dword -5
        mov rbx,qword -5
        mov rbx,strict qword -5
        mov rbx,strict dword -5
        mov rbx,0xffffffffffffffff
        mov qword [rax],strict 5
        mov qword [rax],dword 5
        mov qword [rax],strict dword 5
        push strict 5
        push 5+$-$
        push strict 500
        push word 500
        push dword 500
        push qword 500
        test rbx,strict 5
        test ebx,5
        test bl,5
        cmp rax,5
        cmp al,5
        cmp eax,127
        cmp eax,128
        cmp ax,-128
        cmp ax,-129
        cmp rax,-128
        cmp rax,127
        cmp rax,128
        and eax,0xffffff80
        and rax,0xffffffffffffff80
        and rax,-0x80
        and ax,0xff80
        and ax,0xff7f
        and al,0x80
        or ebx,0xffffff80
        or ebx,4294967295
        sbb bx,65535
        xor rbx,-1
        adc byte [rax],-1
        adc byte [rax],0xff
        adc word [rax],0xffff
        adc dword [rax],0xffffffff
        adc qword [rax],0xffffffffffffffff
        mov ah,5
        mov [rax],ah
        mov sil,5
        mov rax,'a'
        mov eax,'abcd'
        mov eax,"abc"
        mov rax,'abcdefgh'
        mov al,'a'
        cmp al,'z'
        add eax,'ab'
        push 'abcd'
        push 'a'
        out 'a',al
        mov eax,1b
        mov eax,0b1
        mov eax,1y
        mov eax,0y1
        mov eax,17q
        mov eax,17o
        mov eax,0o17
        mov eax,0q17
        mov eax,10d
        mov eax,10t
        mov eax,0d10
        mov eax,0t10
        mov eax,0x1F
        mov eax,1Fh
        mov eax,0x1_F
        mov eax,$1F
        mov eax,0h1f
        mov eax,$0FF
        mov eax,0FFh
        mov eax,__?float32?__(1.5)
        mov rax,__?float64?__(1.5)
        mov eax,__float32__(1.5)
        mov rax,__float64__(1.5)
        mov ax,__?float16?__(1.5)
        mov al,__?float8?__(1.5)
        mov ax,__?bfloat16?__(1.5)
        mov rax,__?float80m?__(1.5)
        mov ax,__?float80e?__(1.5)
        mov rax,__?float128l?__(1.5)
        mov rax,__?float128h?__(1.5)
        mov eax,__?float32?__(-1.5)
        dd 1.5,-1.5,+1.5,1.e5,1e5,1.5e-5,0x1.8p1,1.0e+10
        dq 1.5,-1.5,1e300,1e400
        dw 1.5,-2.0
        db 1.5
        dt 1.5,-1.5
        do 1.5
        dd __?Infinity?__,-__?Infinity?__,__?NaN?__,__?QNaN?__,__?SNaN?__
        dd __Infinity__,__NaN__,__QNaN__,__SNaN__
        dd __?float32?__(1.5)+1
        dd -__?float32?__(1.5)
        dd 0b1.1,0o1.4,0h1.8p0,$1.8
        dd 1_000.5
        dq 3.14159265358979323846
        dt 3.14159265358979323846
        dd 1e-45,1e-46,1.17549435e-38
        dt 123456789p
        dt -123456789p
        dt 0p12345678901234567
        dt 33p
        dw 'a','ab','abc'
        dd 'a','abcde'
        dq 'abcdefghi'
        dt 'abc'
        do 'abcdefghijklmnopq'
        dy 'a'
        dz 'a'
        db "it's"
        db 'a"b'
        db `\'\"\?\``
        db 5 dup (1,2)
        db 2 dup (3 dup (1), 2)
        db 3 dup 5
        db 3 dup (?)
        dd 2 dup ('ab')
        times 3 db 1,2
        times 2+1 db 5
        times 3 nop
        db ?
        dw ?,5
        resb 5
        resd 1
        dq 0xffffffffffffffff,-1
        dq 1<<63
        db 1,
        dd 'abcd'+1
        dd "ab" | 1
        dd ~5,!5,!0,-5
        dd (1+2)*3
        dd 5 & 3 | 8 ^ 1
        dd 1 << 4 + 1
        dq -1 >> 1, -1 >>> 1
        db 'a'+1
        db $ - $
