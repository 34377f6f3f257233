; EVEX: masks, zeroing, broadcast, rounding, forced encodings, counted displacements
bits 64
        vaddps zmm1{k1}{z},zmm2,zmm3
        vaddps zmm1 {k1} {z}, zmm2, zmm3
        vaddps zmm1{z}{k1},zmm2,zmm3
        vaddps zmm1,zmm2,zmm3,{rn-sae}
        vaddps zmm1{k1},zmm2,zmm3,{rz-sae}
        vaddss xmm1,xmm2,xmm3,{rn-sae}
        vmaxps zmm1,zmm2,zmm3,{sae}
        vcmpps k1,zmm2,zmm3,{sae},5
        vcmpps k1{k2},zmm2,zmm3,{sae},5
        vaddps zmm1,zmm2,[rax]{1to16}
        vaddps zmm1,zmm2,dword [rax]{1to16}
        vaddps ymm1,ymm2,[rax]{1to8}
        vaddps xmm1,xmm2,[rax]{1to4}
        vaddps xmm1,xmm2,[rax] {1to4}
        vaddpd xmm1,xmm2,qword [rax]{1to2}
        {evex} vaddps xmm1,xmm2,xmm3
        {vex} vaddps xmm1,xmm2,xmm3
        {vex2} vaddps xmm1,xmm2,xmm3
        {vex3} vaddps xmm1,xmm2,xmm3
        {rex} add eax,ebx
        vmovaps [rax]{k1},zmm1
        vmovaps zmm1{k1}{z},[rax]
        vmovaps [rax] {k1},zmm1
        vmovaps zword [rax]{k1},zmm1
        vpscatterdd [rax+zmm1]{k1},zmm2
        vpgatherdd zmm2{k1},[rax+zmm1]
        vpgatherdd xmm2{k1},[rax+xmm1]
        vpgatherdd xmm2,[rax+xmm1],xmm3
        vpgatherdd xmm2,[xmm1+rax],xmm3
        vpgatherdd xmm2,[xmm1],xmm3
        vpgatherdd xmm2,[xmm1*8+5],xmm3
        vpgatherdd xmm2,[rax+xmm1*4+8],xmm3
        vpgatherdd zmm2{k1},[rax+zmm17*4+8]
        vpgatherdq zmm2{k1},[rax+ymm17*4+8]
        vpgatherqd ymm2{k1},[rax+zmm17*4+8]
        vpgatherqd ymm2{k1},dword [rax+zmm17*4+8]
        vaddps zmm31,zmm30,zmm29
        vaddps xmm16,xmm1,xmm2
        vaddps ymm16,ymm1,[rax+32]
        vaddps ymm16,ymm1,[rax+31]
        vaddps zmm1,zmm2,[rax+64]
        vaddps zmm1,zmm2,[byte rax+64]
        vaddps zmm1,zmm2,[dword rax+64]
        vaddps zmm1,zmm2,[dword rax+0]
        vaddps zmm1,zmm2,[rax+65]
        vaddps zmm1,zmm2,[byte rax+65]
        vaddps zmm1,zmm2,[byte rax]
        vaddps zmm1,zmm2
        vaddps zmm1{k1},zmm2
        vaddps zmm1{k1}{z},[rax]{1to16}
        vaddps zmm1,zmm2,{rn-sae}
        kmovw k1,eax
        kmovb k1,[rax]
        kmovq rax,k1
        kaddw k1,k2,k3
        kortestw k1,k2
        kshiftlw k1,k2,3
        vpcmpeqd k1,zmm1,zmm2
        vpcmpeqd k1{k2},zmm1,[rax]{1to16}
        vpcmpltd k1,zmm1,zmm2
        vcmpeqps k1,zmm1,zmm2
        vcmpeqps k1,zmm1,zmm2,{sae}
        vpternlogd zmm1,zmm2,zmm3,5
        vpternlogd zmm1{k1},zmm2,[rax]{1to16},5
        vcvtpd2ps xmm1,[rax]
        vcvtpd2ps xmm1,oword [rax]
        vcvtpd2ps xmm1,yword [rax]
        vcvtpd2ps xmm1{k1},[rax]{1to2}
        vcvtpd2ps xmm1{k1},[rax]{1to4}
        vcvttpd2dq xmm1{k1},qword [rax]{1to4}
        vcvtdq2ps zmm1,zmm2,{rd-sae}
        vcvtss2si rax,xmm1,{ru-sae}
        vcvtsi2sd xmm1,xmm2,{rz-sae},rax
        vcvtsi2ss xmm1,xmm2,{rz-sae},eax
        vcvtusi2sd xmm1,xmm2,eax
        vcvtusi2sd xmm1,xmm2,dword [rax]
        vpcompressd [rax]{k1},zmm1
        vpcompressd zmm2{k1}{z},zmm1
        vextractf32x4 [rax]{k1},zmm2,1
        vextractf32x4 oword [rax]{k1},zmm2,1
        vpmovdb [rax]{k2},zmm1
        vpmovdb oword [rax]{k2},zmm1
        vpmovqb qword [rax]{k2},zmm1
        vfpclassps k1{k2},zmm3,5
        vfpclassps k1{k2},zword [rax],5
        vfpclassps k1{k2},[rax]{1to16},5
        vfpclassps k1{k2},[rax]{1to4},5
        vgetexpss xmm1{k1}{z},xmm2,xmm3,{sae}
        vgetmantss xmm1,xmm2,xmm3,{sae},5
        vcomiss xmm1,xmm2,{sae}
        vrndscaleps zmm1{k1}{z},zmm2,{sae},5
        vp2intersectd k0,zmm1,zmm2
        vp2intersectd k1,zmm1,zmm2
        vgatherqps xmm1,[rax+ymm2],xmm3
        vpgatherqd xmm1,[rax+ymm2],xmm3
        vgatherqps xmm1,[rax+xmm2],xmm3
        vgatherqps xmm1,[ymm2*4+rax],xmm3
