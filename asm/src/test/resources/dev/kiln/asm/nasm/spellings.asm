; Names that stand for other instructions, and operands left out
bits 64
        cmpaexadd [rax],ecx,edx
        cmpaxadd [rax],ecx,edx
        cmpbexadd [rax],ecx,edx
        cmpbxadd [rax],ecx,edx
        cmpcxadd [rax],ecx,edx
        cmpeqpd xmm1,xmm2
        cmpeqps xmm1,xmm2
        cmpeqsd xmm1,xmm2
        cmpeqss xmm1,xmm2
        cmpexadd [rax],ecx,edx
        cmpgexadd [rax],ecx,edx
        cmpgxadd [rax],ecx,edx
        cmplepd xmm1,xmm2
        cmpleps xmm1,xmm2
        cmplesd xmm1,xmm2
        cmpless xmm1,xmm2
        cmplexadd [rax],ecx,edx
        cmpltpd xmm1,xmm2
        cmpltps xmm1,xmm2
        cmpltsd xmm1,xmm2
        cmpltss xmm1,xmm2
        cmplxadd [rax],ecx,edx
        cmpnaexadd [rax],ecx,edx
        cmpnaxadd [rax],ecx,edx
        cmpnbexadd [rax],ecx,edx
        cmpnbxadd [rax],ecx,edx
        cmpncxadd [rax],ecx,edx
        cmpneqpd xmm1,xmm2
        cmpneqps xmm1,xmm2
        cmpneqsd xmm1,xmm2
        cmpneqss xmm1,xmm2
        cmpnexadd [rax],ecx,edx
        cmpngexadd [rax],ecx,edx
        cmpngxadd [rax],ecx,edx
        cmpnlepd xmm1,xmm2
        cmpnleps xmm1,xmm2
        cmpnlesd xmm1,xmm2
        cmpnless xmm1,xmm2
        cmpnlexadd [rax],ecx,edx
        cmpnltpd xmm1,xmm2
        cmpnltps xmm1,xmm2
        cmpnltsd xmm1,xmm2
        cmpnltss xmm1,xmm2
        cmpnlxadd [rax],ecx,edx
        cmpnoxadd [rax],ecx,edx
        cmpnpxadd [rax],ecx,edx
        cmpnsxadd [rax],ecx,edx
        cmpnzxadd [rax],ecx,edx
        cmpordpd xmm1,xmm2
        cmpordps xmm1,xmm2
        cmpordsd xmm1,xmm2
        cmpordss xmm1,xmm2
        cmpoxadd [rax],ecx,edx
        cmppexadd [rax],ecx,edx
        cmppoxadd [rax],ecx,edx
        cmppxadd [rax],ecx,edx
        cmpsxadd [rax],ecx,edx
        cmpunordpd xmm1,xmm2
        cmpunordps xmm1,xmm2
        cmpunordsd xmm1,xmm2
        cmpunordss xmm1,xmm2
        cmpzxadd [rax],ecx,edx
        kaddb k1,k2,k3
        kaddd k1,k2,k3
        kaddq k1,k2,k3
        kaddw k1,k2,k3
        kandb k1,k2,k3
        kandd k1,k2,k3
        kandnb k1,k2,k3
        kandnd k1,k2,k3
        kandnq k1,k2,k3
        kandnw k1,k2,k3
        kandq k1,k2,k3
        kandw k1,k2,k3
        kmovb k1,k2
        kmovw k1,k2
        knotb k1,k2
        knotd k1,k2
        knotq k1,k2
        knotw k1,k2
        korb k1,k2,k3
        kord k1,k2,k3
        korq k1,k2,k3
        kortestb k1,k2
        kortestd k1,k2
        kortestq k1,k2
        kortestw k1,k2
        korw k1,k2,k3
        kshiftlb k1,k2,5
        kshiftld k1,k2,5
        kshiftlq k1,k2,5
        kshiftlw k1,k2,5
        kshiftrb k1,k2,5
        kshiftrd k1,k2,5
        kshiftrq k1,k2,5
        kshiftrw k1,k2,5
        ktestb k1,k2
        ktestd k1,k2
        ktestq k1,k2
        ktestw k1,k2
        kunpckbw k1,k2,k3
        kunpckdq k1,k2,k3
        kunpckwd k1,k2,k3
        kxnorb k1,k2,k3
        kxnord k1,k2,k3
        kxnorq k1,k2,k3
        kxnorw k1,k2,k3
        kxorb k1,k2,k3
        kxord k1,k2,k3
        kxorq k1,k2,k3
        kxorw k1,k2,k3
        vcmpeq_oqpd k1,xmm2,xmm3
        vcmpeq_oqps k1,xmm2,xmm3
        vcmpeq_oqsd k1,xmm2,xmm3
        vcmpeq_oqss k1,xmm2,xmm3
        vcmpeq_ospd xmm1,xmm2,xmm3
        vcmpeq_ospd k1,xmm2,xmm3
        vcmpeq_osps xmm1,xmm2,xmm3
        vcmpeq_osps k1,xmm2,xmm3
        vcmpeq_ossd xmm1,xmm2,xmm3
        vcmpeq_ossd k1,xmm2,xmm3
        vcmpeq_osss xmm1,xmm2,xmm3
        vcmpeq_osss k1,xmm2,xmm3
        vcmpeq_uqpd xmm1,xmm2,xmm3
        vcmpeq_uqpd k1,xmm2,xmm3
        vcmpeq_uqps xmm1,xmm2,xmm3
        vcmpeq_uqps k1,xmm2,xmm3
        vcmpeq_uqsd xmm1,xmm2,xmm3
        vcmpeq_uqsd k1,xmm2,xmm3
        vcmpeq_uqss xmm1,xmm2,xmm3
        vcmpeq_uqss k1,xmm2,xmm3
        vcmpeq_uspd xmm1,xmm2,xmm3
        vcmpeq_uspd k1,xmm2,xmm3
        vcmpeq_usps xmm1,xmm2,xmm3
        vcmpeq_usps k1,xmm2,xmm3
        vcmpeq_ussd xmm1,xmm2,xmm3
        vcmpeq_ussd k1,xmm2,xmm3
        vcmpeq_usss xmm1,xmm2,xmm3
        vcmpeq_usss k1,xmm2,xmm3
        vcmpeqpd xmm1,xmm2,xmm3
        vcmpeqpd k1,xmm2,xmm3
        vcmpeqps xmm1,xmm2,xmm3
        vcmpeqps k1,xmm2,xmm3
        vcmpeqsd xmm1,xmm2,xmm3
        vcmpeqsd k1,xmm2,xmm3
        vcmpeqss xmm1,xmm2,xmm3
        vcmpeqss k1,xmm2,xmm3
        vcmpfalse_oqpd xmm1,xmm2,xmm3
        vcmpfalse_oqpd k1,xmm2,xmm3
        vcmpfalse_oqps xmm1,xmm2,xmm3
        vcmpfalse_oqps k1,xmm2,xmm3
        vcmpfalse_oqsd xmm1,xmm2,xmm3
        vcmpfalse_oqsd k1,xmm2,xmm3
        vcmpfalse_oqss xmm1,xmm2,xmm3
        vcmpfalse_oqss k1,xmm2,xmm3
        vcmpfalse_ospd xmm1,xmm2,xmm3
        vcmpfalse_ospd k1,xmm2,xmm3
        vcmpfalse_osps xmm1,xmm2,xmm3
        vcmpfalse_osps k1,xmm2,xmm3
        vcmpfalse_ossd xmm1,xmm2,xmm3
        vcmpfalse_ossd k1,xmm2,xmm3
        vcmpfalse_osss xmm1,xmm2,xmm3
        vcmpfalse_osss k1,xmm2,xmm3
        vcmpfalsepd xmm1,xmm2,xmm3
        vcmpfalsepd k1,xmm2,xmm3
        vcmpfalseps xmm1,xmm2,xmm3
        vcmpfalseps k1,xmm2,xmm3
        vcmpfalsesd xmm1,xmm2,xmm3
        vcmpfalsesd k1,xmm2,xmm3
        vcmpfalsess xmm1,xmm2,xmm3
        vcmpfalsess k1,xmm2,xmm3
        vcmpge_oqpd xmm1,xmm2,xmm3
        vcmpge_oqpd k1,xmm2,xmm3
        vcmpge_oqps xmm1,xmm2,xmm3
        vcmpge_oqps k1,xmm2,xmm3
        vcmpge_oqsd xmm1,xmm2,xmm3
        vcmpge_oqsd k1,xmm2,xmm3
        vcmpge_oqss xmm1,xmm2,xmm3
        vcmpge_oqss k1,xmm2,xmm3
        vcmpge_ospd xmm1,xmm2,xmm3
        vcmpge_ospd k1,xmm2,xmm3
        vcmpge_osps xmm1,xmm2,xmm3
        vcmpge_osps k1,xmm2,xmm3
        vcmpge_ossd xmm1,xmm2,xmm3
        vcmpge_ossd k1,xmm2,xmm3
        vcmpge_osss xmm1,xmm2,xmm3
        vcmpge_osss k1,xmm2,xmm3
        vcmpgepd xmm1,xmm2,xmm3
        vcmpgepd k1,xmm2,xmm3
        vcmpgeps xmm1,xmm2,xmm3
        vcmpgeps k1,xmm2,xmm3
        vcmpgesd xmm1,xmm2,xmm3
        vcmpgesd k1,xmm2,xmm3
        vcmpgess xmm1,xmm2,xmm3
        vcmpgess k1,xmm2,xmm3
        vcmpgt_oqpd xmm1,xmm2,xmm3
        vcmpgt_oqpd k1,xmm2,xmm3
        vcmpgt_oqps xmm1,xmm2,xmm3
        vcmpgt_oqps k1,xmm2,xmm3
        vcmpgt_oqsd xmm1,xmm2,xmm3
        vcmpgt_oqsd k1,xmm2,xmm3
        vcmpgt_oqss xmm1,xmm2,xmm3
        vcmpgt_oqss k1,xmm2,xmm3
        vcmpgt_ospd xmm1,xmm2,xmm3
        vcmpgt_ospd k1,xmm2,xmm3
        vcmpgt_osps xmm1,xmm2,xmm3
        vcmpgt_osps k1,xmm2,xmm3
        vcmpgt_ossd xmm1,xmm2,xmm3
        vcmpgt_ossd k1,xmm2,xmm3
        vcmpgt_osss xmm1,xmm2,xmm3
        vcmpgt_osss k1,xmm2,xmm3
        vcmpgtpd xmm1,xmm2,xmm3
        vcmpgtpd k1,xmm2,xmm3
        vcmpgtps xmm1,xmm2,xmm3
        vcmpgtps k1,xmm2,xmm3
        vcmpgtsd xmm1,xmm2,xmm3
        vcmpgtsd k1,xmm2,xmm3
        vcmpgtss xmm1,xmm2,xmm3
        vcmpgtss k1,xmm2,xmm3
        vcmple_oqpd xmm1,xmm2,xmm3
        vcmple_oqpd k1,xmm2,xmm3
        vcmple_oqps xmm1,xmm2,xmm3
        vcmple_oqps k1,xmm2,xmm3
        vcmple_oqsd xmm1,xmm2,xmm3
        vcmple_oqsd k1,xmm2,xmm3
        vcmple_oqss xmm1,xmm2,xmm3
        vcmple_oqss k1,xmm2,xmm3
        vcmple_ospd xmm1,xmm2,xmm3
        vcmple_ospd k1,xmm2,xmm3
        vcmple_osps xmm1,xmm2,xmm3
        vcmple_osps k1,xmm2,xmm3
        vcmple_ossd xmm1,xmm2,xmm3
        vcmple_ossd k1,xmm2,xmm3
        vcmple_osss xmm1,xmm2,xmm3
        vcmple_osss k1,xmm2,xmm3
        vcmplepd xmm1,xmm2,xmm3
        vcmplepd k1,xmm2,xmm3
        vcmpleps xmm1,xmm2,xmm3
        vcmpleps k1,xmm2,xmm3
        vcmplesd xmm1,xmm2,xmm3
        vcmplesd k1,xmm2,xmm3
        vcmpless xmm1,xmm2,xmm3
        vcmpless k1,xmm2,xmm3
        vcmplt_oqpd xmm1,xmm2,xmm3
        vcmplt_oqpd k1,xmm2,xmm3
        vcmplt_oqps xmm1,xmm2,xmm3
        vcmplt_oqps k1,xmm2,xmm3
        vcmplt_oqsd xmm1,xmm2,xmm3
        vcmplt_oqsd k1,xmm2,xmm3
        vcmplt_oqss xmm1,xmm2,xmm3
        vcmplt_oqss k1,xmm2,xmm3
        vcmplt_ospd xmm1,xmm2,xmm3
        vcmplt_ospd k1,xmm2,xmm3
        vcmplt_osps xmm1,xmm2,xmm3
        vcmplt_osps k1,xmm2,xmm3
        vcmplt_ossd xmm1,xmm2,xmm3
        vcmplt_ossd k1,xmm2,xmm3
        vcmplt_osss xmm1,xmm2,xmm3
        vcmplt_osss k1,xmm2,xmm3
        vcmpltpd xmm1,xmm2,xmm3
        vcmpltpd k1,xmm2,xmm3
        vcmpltps xmm1,xmm2,xmm3
        vcmpltps k1,xmm2,xmm3
        vcmpltsd xmm1,xmm2,xmm3
        vcmpltsd k1,xmm2,xmm3
        vcmpltss xmm1,xmm2,xmm3
        vcmpltss k1,xmm2,xmm3
        vcmpneq_oqpd xmm1,xmm2,xmm3
        vcmpneq_oqpd k1,xmm2,xmm3
        vcmpneq_oqps xmm1,xmm2,xmm3
        vcmpneq_oqps k1,xmm2,xmm3
        vcmpneq_oqsd xmm1,xmm2,xmm3
        vcmpneq_oqsd k1,xmm2,xmm3
        vcmpneq_oqss xmm1,xmm2,xmm3
        vcmpneq_oqss k1,xmm2,xmm3
        vcmpneq_ospd xmm1,xmm2,xmm3
        vcmpneq_ospd k1,xmm2,xmm3
        vcmpneq_osps xmm1,xmm2,xmm3
        vcmpneq_osps k1,xmm2,xmm3
        vcmpneq_ossd xmm1,xmm2,xmm3
        vcmpneq_ossd k1,xmm2,xmm3
        vcmpneq_osss xmm1,xmm2,xmm3
        vcmpneq_osss k1,xmm2,xmm3
        vcmpneq_uqpd xmm1,xmm2,xmm3
        vcmpneq_uqpd k1,xmm2,xmm3
        vcmpneq_uqps xmm1,xmm2,xmm3
        vcmpneq_uqps k1,xmm2,xmm3
        vcmpneq_uqsd xmm1,xmm2,xmm3
        vcmpneq_uqsd k1,xmm2,xmm3
        vcmpneq_uqss xmm1,xmm2,xmm3
        vcmpneq_uqss k1,xmm2,xmm3
        vcmpneq_uspd xmm1,xmm2,xmm3
        vcmpneq_uspd k1,xmm2,xmm3
        vcmpneq_usps xmm1,xmm2,xmm3
        vcmpneq_usps k1,xmm2,xmm3
        vcmpneq_ussd xmm1,xmm2,xmm3
        vcmpneq_ussd k1,xmm2,xmm3
        vcmpneq_usss xmm1,xmm2,xmm3
        vcmpneq_usss k1,xmm2,xmm3
        vcmpneqpd xmm1,xmm2,xmm3
        vcmpneqpd k1,xmm2,xmm3
        vcmpneqps xmm1,xmm2,xmm3
        vcmpneqps k1,xmm2,xmm3
        vcmpneqsd xmm1,xmm2,xmm3
        vcmpneqsd k1,xmm2,xmm3
        vcmpneqss xmm1,xmm2,xmm3
        vcmpneqss k1,xmm2,xmm3
        vcmpnge_uqpd xmm1,xmm2,xmm3
        vcmpnge_uqpd k1,xmm2,xmm3
        vcmpnge_uqps xmm1,xmm2,xmm3
        vcmpnge_uqps k1,xmm2,xmm3
        vcmpnge_uqsd xmm1,xmm2,xmm3
        vcmpnge_uqsd k1,xmm2,xmm3
        vcmpnge_uqss xmm1,xmm2,xmm3
        vcmpnge_uqss k1,xmm2,xmm3
        vcmpnge_uspd xmm1,xmm2,xmm3
        vcmpnge_uspd k1,xmm2,xmm3
        vcmpnge_usps xmm1,xmm2,xmm3
        vcmpnge_usps k1,xmm2,xmm3
        vcmpnge_ussd xmm1,xmm2,xmm3
        vcmpnge_ussd k1,xmm2,xmm3
        vcmpnge_usss xmm1,xmm2,xmm3
        vcmpnge_usss k1,xmm2,xmm3
        vcmpngepd xmm1,xmm2,xmm3
        vcmpngepd k1,xmm2,xmm3
        vcmpngeps xmm1,xmm2,xmm3
        vcmpngeps k1,xmm2,xmm3
        vcmpngesd xmm1,xmm2,xmm3
        vcmpngesd k1,xmm2,xmm3
        vcmpngess xmm1,xmm2,xmm3
        vcmpngess k1,xmm2,xmm3
        vcmpngt_uqpd xmm1,xmm2,xmm3
        vcmpngt_uqpd k1,xmm2,xmm3
        vcmpngt_uqps xmm1,xmm2,xmm3
        vcmpngt_uqps k1,xmm2,xmm3
        vcmpngt_uqsd xmm1,xmm2,xmm3
        vcmpngt_uqsd k1,xmm2,xmm3
        vcmpngt_uqss xmm1,xmm2,xmm3
        vcmpngt_uqss k1,xmm2,xmm3
        vcmpngt_uspd xmm1,xmm2,xmm3
        vcmpngt_uspd k1,xmm2,xmm3
        vcmpngt_usps xmm1,xmm2,xmm3
        vcmpngt_usps k1,xmm2,xmm3
        vcmpngt_ussd xmm1,xmm2,xmm3
        vcmpngt_ussd k1,xmm2,xmm3
        vcmpngt_usss xmm1,xmm2,xmm3
        vcmpngt_usss k1,xmm2,xmm3
        vcmpngtpd xmm1,xmm2,xmm3
        vcmpngtpd k1,xmm2,xmm3
        vcmpngtps xmm1,xmm2,xmm3
        vcmpngtps k1,xmm2,xmm3
        vcmpngtsd xmm1,xmm2,xmm3
        vcmpngtsd k1,xmm2,xmm3
        vcmpngtss xmm1,xmm2,xmm3
        vcmpngtss k1,xmm2,xmm3
        vcmpnle_uqpd xmm1,xmm2,xmm3
        vcmpnle_uqpd k1,xmm2,xmm3
        vcmpnle_uqps xmm1,xmm2,xmm3
        vcmpnle_uqps k1,xmm2,xmm3
        vcmpnle_uqsd xmm1,xmm2,xmm3
        vcmpnle_uqsd k1,xmm2,xmm3
        vcmpnle_uqss xmm1,xmm2,xmm3
        vcmpnle_uqss k1,xmm2,xmm3
        vcmpnle_uspd xmm1,xmm2,xmm3
        vcmpnle_uspd k1,xmm2,xmm3
        vcmpnle_usps xmm1,xmm2,xmm3
        vcmpnle_usps k1,xmm2,xmm3
        vcmpnle_ussd xmm1,xmm2,xmm3
        vcmpnle_ussd k1,xmm2,xmm3
        vcmpnle_usss xmm1,xmm2,xmm3
        vcmpnle_usss k1,xmm2,xmm3
        vcmpnlepd xmm1,xmm2,xmm3
        vcmpnlepd k1,xmm2,xmm3
        vcmpnleps xmm1,xmm2,xmm3
        vcmpnleps k1,xmm2,xmm3
        vcmpnlesd xmm1,xmm2,xmm3
        vcmpnlesd k1,xmm2,xmm3
        vcmpnless xmm1,xmm2,xmm3
        vcmpnless k1,xmm2,xmm3
        vcmpnlt_uqpd xmm1,xmm2,xmm3
        vcmpnlt_uqpd k1,xmm2,xmm3
        vcmpnlt_uqps xmm1,xmm2,xmm3
        vcmpnlt_uqps k1,xmm2,xmm3
        vcmpnlt_uqsd xmm1,xmm2,xmm3
        vcmpnlt_uqsd k1,xmm2,xmm3
        vcmpnlt_uqss xmm1,xmm2,xmm3
        vcmpnlt_uqss k1,xmm2,xmm3
        vcmpnlt_uspd xmm1,xmm2,xmm3
        vcmpnlt_uspd k1,xmm2,xmm3
        vcmpnlt_usps xmm1,xmm2,xmm3
        vcmpnlt_usps k1,xmm2,xmm3
        vcmpnlt_ussd xmm1,xmm2,xmm3
        vcmpnlt_ussd k1,xmm2,xmm3
        vcmpnlt_usss xmm1,xmm2,xmm3
        vcmpnlt_usss k1,xmm2,xmm3
        vcmpnltpd xmm1,xmm2,xmm3
        vcmpnltpd k1,xmm2,xmm3
        vcmpnltps xmm1,xmm2,xmm3
        vcmpnltps k1,xmm2,xmm3
        vcmpnltsd xmm1,xmm2,xmm3
        vcmpnltsd k1,xmm2,xmm3
        vcmpnltss xmm1,xmm2,xmm3
        vcmpnltss k1,xmm2,xmm3
        vcmpord_qpd xmm1,xmm2,xmm3
        vcmpord_qpd k1,xmm2,xmm3
        vcmpord_qps xmm1,xmm2,xmm3
        vcmpord_qps k1,xmm2,xmm3
        vcmpord_qsd xmm1,xmm2,xmm3
        vcmpord_qsd k1,xmm2,xmm3
        vcmpord_qss xmm1,xmm2,xmm3
        vcmpord_qss k1,xmm2,xmm3
        vcmpord_spd xmm1,xmm2,xmm3
        vcmpord_spd k1,xmm2,xmm3
        vcmpord_sps xmm1,xmm2,xmm3
        vcmpord_sps k1,xmm2,xmm3
        vcmpord_ssd xmm1,xmm2,xmm3
        vcmpord_ssd k1,xmm2,xmm3
        vcmpord_sss xmm1,xmm2,xmm3
        vcmpord_sss k1,xmm2,xmm3
        vcmpordpd xmm1,xmm2,xmm3
        vcmpordpd k1,xmm2,xmm3
        vcmpordps xmm1,xmm2,xmm3
        vcmpordps k1,xmm2,xmm3
        vcmpordsd xmm1,xmm2,xmm3
        vcmpordsd k1,xmm2,xmm3
        vcmpordss xmm1,xmm2,xmm3
        vcmpordss k1,xmm2,xmm3
        vcmptrue_uqpd xmm1,xmm2,xmm3
        vcmptrue_uqpd k1,xmm2,xmm3
        vcmptrue_uqps xmm1,xmm2,xmm3
        vcmptrue_uqps k1,xmm2,xmm3
        vcmptrue_uqsd xmm1,xmm2,xmm3
        vcmptrue_uqsd k1,xmm2,xmm3
        vcmptrue_uqss xmm1,xmm2,xmm3
        vcmptrue_uqss k1,xmm2,xmm3
        vcmptrue_uspd xmm1,xmm2,xmm3
        vcmptrue_uspd k1,xmm2,xmm3
        vcmptrue_usps xmm1,xmm2,xmm3
        vcmptrue_usps k1,xmm2,xmm3
        vcmptrue_ussd xmm1,xmm2,xmm3
        vcmptrue_ussd k1,xmm2,xmm3
        vcmptrue_usss xmm1,xmm2,xmm3
        vcmptrue_usss k1,xmm2,xmm3
        vcmptruepd xmm1,xmm2,xmm3
        vcmptruepd k1,xmm2,xmm3
        vcmptrueps xmm1,xmm2,xmm3
        vcmptrueps k1,xmm2,xmm3
        vcmptruesd xmm1,xmm2,xmm3
        vcmptruesd k1,xmm2,xmm3
        vcmptruess xmm1,xmm2,xmm3
        vcmptruess k1,xmm2,xmm3
        vcmpunord_qpd xmm1,xmm2,xmm3
        vcmpunord_qpd k1,xmm2,xmm3
        vcmpunord_qps xmm1,xmm2,xmm3
        vcmpunord_qps k1,xmm2,xmm3
        vcmpunord_qsd xmm1,xmm2,xmm3
        vcmpunord_qsd k1,xmm2,xmm3
        vcmpunord_qss xmm1,xmm2,xmm3
        vcmpunord_qss k1,xmm2,xmm3
        vcmpunord_spd xmm1,xmm2,xmm3
        vcmpunord_spd k1,xmm2,xmm3
        vcmpunord_sps xmm1,xmm2,xmm3
        vcmpunord_sps k1,xmm2,xmm3
        vcmpunord_ssd xmm1,xmm2,xmm3
        vcmpunord_ssd k1,xmm2,xmm3
        vcmpunord_sss xmm1,xmm2,xmm3
        vcmpunord_sss k1,xmm2,xmm3
        vcmpunordpd xmm1,xmm2,xmm3
        vcmpunordpd k1,xmm2,xmm3
        vcmpunordps xmm1,xmm2,xmm3
        vcmpunordps k1,xmm2,xmm3
        vcmpunordsd xmm1,xmm2,xmm3
        vcmpunordsd k1,xmm2,xmm3
        vcmpunordss xmm1,xmm2,xmm3
        vcmpunordss k1,xmm2,xmm3
        vfmadd123pd xmm1,xmm2,xmm3
        vfmadd123ps xmm1,xmm2,xmm3
        vfmadd123sd xmm1,xmm2,xmm3
        vfmadd123ss xmm1,xmm2,xmm3
        vfmadd132pd xmm1,xmm2,xmm3
        vfmadd132ps xmm1,xmm2,xmm3
        vfmadd132sd xmm1,xmm2,xmm3
        vfmadd132ss xmm1,xmm2,xmm3
        vfmadd213pd xmm1,xmm2,xmm3
        vfmadd213ps xmm1,xmm2,xmm3
        vfmadd213sd xmm1,xmm2,xmm3
        vfmadd213ss xmm1,xmm2,xmm3
        vfmadd231pd xmm1,xmm2,xmm3
        vfmadd231ps xmm1,xmm2,xmm3
        vfmadd231sd xmm1,xmm2,xmm3
        vfmadd231ss xmm1,xmm2,xmm3
        vfmadd312pd xmm1,xmm2,xmm3
        vfmadd312ps xmm1,xmm2,xmm3
        vfmadd312sd xmm1,xmm2,xmm3
        vfmadd312ss xmm1,xmm2,xmm3
        vfmadd321pd xmm1,xmm2,xmm3
        vfmadd321ps xmm1,xmm2,xmm3
        vfmadd321sd xmm1,xmm2,xmm3
        vfmadd321ss xmm1,xmm2,xmm3
        vfmaddcph xmm1,xmm2,xmm3
        vfmaddcsh xmm1,xmm2,xmm3
        vfmaddpd xmm1,xmm2,xmm3
        vfmaddps xmm1,xmm2,xmm3
        vfmaddsd xmm1,xmm2,xmm3
        vfmaddss xmm1,xmm2,xmm3
        vfmaddsub123pd xmm1,xmm2,xmm3
        vfmaddsub123ps xmm1,xmm2,xmm3
        vfmaddsub132pd xmm1,xmm2,xmm3
        vfmaddsub132ph xmm1,xmm2,xmm3
        vfmaddsub132ps xmm1,xmm2,xmm3
        vfmaddsub213pd xmm1,xmm2,xmm3
        vfmaddsub213ph xmm1,xmm2,xmm3
        vfmaddsub213ps xmm1,xmm2,xmm3
        vfmaddsub231pd xmm1,xmm2,xmm3
        vfmaddsub231ph xmm1,xmm2,xmm3
        vfmaddsub231ps xmm1,xmm2,xmm3
        vfmaddsub312pd xmm1,xmm2,xmm3
        vfmaddsub312ps xmm1,xmm2,xmm3
        vfmaddsub321pd xmm1,xmm2,xmm3
        vfmaddsub321ps xmm1,xmm2,xmm3
        vfmaddsubpd xmm1,xmm2,xmm3
        vfmaddsubps xmm1,xmm2,xmm3
        vfmsub123pd xmm1,xmm2,xmm3
        vfmsub123ps xmm1,xmm2,xmm3
        vfmsub123sd xmm1,xmm2,xmm3
        vfmsub123ss xmm1,xmm2,xmm3
        vfmsub132pd xmm1,xmm2,xmm3
        vfmsub132ps xmm1,xmm2,xmm3
        vfmsub132sd xmm1,xmm2,xmm3
        vfmsub132ss xmm1,xmm2,xmm3
        vfmsub213pd xmm1,xmm2,xmm3
        vfmsub213ps xmm1,xmm2,xmm3
        vfmsub213sd xmm1,xmm2,xmm3
        vfmsub213ss xmm1,xmm2,xmm3
        vfmsub231pd xmm1,xmm2,xmm3
        vfmsub231ps xmm1,xmm2,xmm3
        vfmsub231sd xmm1,xmm2,xmm3
        vfmsub231ss xmm1,xmm2,xmm3
        vfmsub312pd xmm1,xmm2,xmm3
        vfmsub312ps xmm1,xmm2,xmm3
        vfmsub312sd xmm1,xmm2,xmm3
        vfmsub312ss xmm1,xmm2,xmm3
        vfmsub321pd xmm1,xmm2,xmm3
        vfmsub321ps xmm1,xmm2,xmm3
        vfmsub321sd xmm1,xmm2,xmm3
        vfmsub321ss xmm1,xmm2,xmm3
        vfmsubadd123pd xmm1,xmm2,xmm3
        vfmsubadd123ps xmm1,xmm2,xmm3
        vfmsubadd132pd xmm1,xmm2,xmm3
        vfmsubadd132ph xmm1,xmm2,xmm3
        vfmsubadd132ps xmm1,xmm2,xmm3
        vfmsubadd213pd xmm1,xmm2,xmm3
        vfmsubadd213ph xmm1,xmm2,xmm3
        vfmsubadd213ps xmm1,xmm2,xmm3
        vfmsubadd231pd xmm1,xmm2,xmm3
        vfmsubadd231ph xmm1,xmm2,xmm3
        vfmsubadd231ps xmm1,xmm2,xmm3
        vfmsubadd312pd xmm1,xmm2,xmm3
        vfmsubadd312ps xmm1,xmm2,xmm3
        vfmsubadd321pd xmm1,xmm2,xmm3
        vfmsubadd321ps xmm1,xmm2,xmm3
        vfmsubaddpd xmm1,xmm2,xmm3
        vfmsubaddps xmm1,xmm2,xmm3
        vfmsubpd xmm1,xmm2,xmm3
        vfmsubps xmm1,xmm2,xmm3
        vfmsubsd xmm1,xmm2,xmm3
        vfmsubss xmm1,xmm2,xmm3
        vfmulcsh xmm1,xmm2,xmm3
        vfnmadd123pd xmm1,xmm2,xmm3
        vfnmadd123ps xmm1,xmm2,xmm3
        vfnmadd123sd xmm1,xmm2,xmm3
        vfnmadd123ss xmm1,xmm2,xmm3
        vfnmadd132pd xmm1,xmm2,xmm3
        vfnmadd132ps xmm1,xmm2,xmm3
        vfnmadd132sd xmm1,xmm2,xmm3
        vfnmadd132ss xmm1,xmm2,xmm3
        vfnmadd213pd xmm1,xmm2,xmm3
        vfnmadd213ps xmm1,xmm2,xmm3
        vfnmadd213sd xmm1,xmm2,xmm3
        vfnmadd213ss xmm1,xmm2,xmm3
        vfnmadd231pd xmm1,xmm2,xmm3
        vfnmadd231ps xmm1,xmm2,xmm3
        vfnmadd231sd xmm1,xmm2,xmm3
        vfnmadd231ss xmm1,xmm2,xmm3
        vfnmadd312pd xmm1,xmm2,xmm3
        vfnmadd312ps xmm1,xmm2,xmm3
        vfnmadd312sd xmm1,xmm2,xmm3
        vfnmadd312ss xmm1,xmm2,xmm3
        vfnmadd321pd xmm1,xmm2,xmm3
        vfnmadd321ps xmm1,xmm2,xmm3
        vfnmadd321sd xmm1,xmm2,xmm3
        vfnmadd321ss xmm1,xmm2,xmm3
        vfnmaddpd xmm1,xmm2,xmm3
        vfnmaddps xmm1,xmm2,xmm3
        vfnmaddsd xmm1,xmm2,xmm3
        vfnmaddss xmm1,xmm2,xmm3
        vfnmsub123pd xmm1,xmm2,xmm3
        vfnmsub123ps xmm1,xmm2,xmm3
        vfnmsub123sd xmm1,xmm2,xmm3
        vfnmsub123ss xmm1,xmm2,xmm3
        vfnmsub132pd xmm1,xmm2,xmm3
        vfnmsub132ps xmm1,xmm2,xmm3
        vfnmsub132sd xmm1,xmm2,xmm3
        vfnmsub132ss xmm1,xmm2,xmm3
        vfnmsub213pd xmm1,xmm2,xmm3
        vfnmsub213ps xmm1,xmm2,xmm3
        vfnmsub213sd xmm1,xmm2,xmm3
        vfnmsub213ss xmm1,xmm2,xmm3
        vfnmsub231pd xmm1,xmm2,xmm3
        vfnmsub231ps xmm1,xmm2,xmm3
        vfnmsub231sd xmm1,xmm2,xmm3
        vfnmsub231ss xmm1,xmm2,xmm3
        vfnmsub312pd xmm1,xmm2,xmm3
        vfnmsub312ps xmm1,xmm2,xmm3
        vfnmsub312sd xmm1,xmm2,xmm3
        vfnmsub312ss xmm1,xmm2,xmm3
        vfnmsub321pd xmm1,xmm2,xmm3
        vfnmsub321ps xmm1,xmm2,xmm3
        vfnmsub321sd xmm1,xmm2,xmm3
        vfnmsub321ss xmm1,xmm2,xmm3
        vfnmsubpd xmm1,xmm2,xmm3
        vfnmsubps xmm1,xmm2,xmm3
        vfnmsubsd xmm1,xmm2,xmm3
        vfnmsubss xmm1,xmm2,xmm3
        vpclmulhqhqdq xmm1,xmm2,xmm3
        vpclmulhqlqdq xmm1,xmm2,xmm3
        vpclmullqhqdq xmm1,xmm2,xmm3
        vpclmullqlqdq xmm1,xmm2,xmm3
        vpcmpeqb k1,zmm2,zmm3
        vpcmpeqb xmm1,xmm2,xmm3
        vpcmpeqd k1,zmm2,zmm3
        vpcmpeqd xmm1,xmm2,xmm3
        vpcmpeqq k1,zmm2,zmm3
        vpcmpeqq xmm1,xmm2,xmm3
        vpcmpequb k1,zmm2,zmm3
        vpcmpequd k1,zmm2,zmm3
        vpcmpequq k1,zmm2,zmm3
        vpcmpequw k1,zmm2,zmm3
        vpcmpeqw k1,zmm2,zmm3
        vpcmpeqw xmm1,xmm2,xmm3
        vpcmpgeb k1,zmm2,zmm3
        vpcmpged k1,zmm2,zmm3
        vpcmpgeq k1,zmm2,zmm3
        vpcmpgeub k1,zmm2,zmm3
        vpcmpgeud k1,zmm2,zmm3
        vpcmpgeuq k1,zmm2,zmm3
        vpcmpgeuw k1,zmm2,zmm3
        vpcmpgew k1,zmm2,zmm3
        vpcmpgtb k1,zmm2,zmm3
        vpcmpgtb xmm1,xmm2,xmm3
        vpcmpgtd k1,zmm2,zmm3
        vpcmpgtd xmm1,xmm2,xmm3
        vpcmpgtq k1,zmm2,zmm3
        vpcmpgtq xmm1,xmm2,xmm3
        vpcmpgtub k1,zmm2,zmm3
        vpcmpgtud k1,zmm2,zmm3
        vpcmpgtuq k1,zmm2,zmm3
        vpcmpgtuw k1,zmm2,zmm3
        vpcmpgtw k1,zmm2,zmm3
        vpcmpgtw xmm1,xmm2,xmm3
        vpcmpleb k1,zmm2,zmm3
        vpcmpled k1,zmm2,zmm3
        vpcmpleq k1,zmm2,zmm3
        vpcmpleub k1,zmm2,zmm3
        vpcmpleud k1,zmm2,zmm3
        vpcmpleuq k1,zmm2,zmm3
        vpcmpleuw k1,zmm2,zmm3
        vpcmplew k1,zmm2,zmm3
        vpcmpltb k1,zmm2,zmm3
        vpcmpltd k1,zmm2,zmm3
        vpcmpltq k1,zmm2,zmm3
        vpcmpltub k1,zmm2,zmm3
        vpcmpltud k1,zmm2,zmm3
        vpcmpltuq k1,zmm2,zmm3
        vpcmpltuw k1,zmm2,zmm3
        vpcmpltw k1,zmm2,zmm3
        vpcmpneqb k1,zmm2,zmm3
        vpcmpneqd k1,zmm2,zmm3
        vpcmpneqq k1,zmm2,zmm3
        vpcmpnequb k1,zmm2,zmm3
        vpcmpnequd k1,zmm2,zmm3
        vpcmpnequq k1,zmm2,zmm3
        vpcmpnequw k1,zmm2,zmm3
        vpcmpneqw k1,zmm2,zmm3
        vpcmpngtb k1,zmm2,zmm3
        vpcmpngtd k1,zmm2,zmm3
        vpcmpngtq k1,zmm2,zmm3
        vpcmpngtub k1,zmm2,zmm3
        vpcmpngtud k1,zmm2,zmm3
        vpcmpngtuq k1,zmm2,zmm3
        vpcmpngtuw k1,zmm2,zmm3
        vpcmpngtw k1,zmm2,zmm3
        vpcmpnleb k1,zmm2,zmm3
        vpcmpnled k1,zmm2,zmm3
        vpcmpnleq k1,zmm2,zmm3
        vpcmpnleub k1,zmm2,zmm3
        vpcmpnleud k1,zmm2,zmm3
        vpcmpnleuq k1,zmm2,zmm3
        vpcmpnleuw k1,zmm2,zmm3
        vpcmpnlew k1,zmm2,zmm3
        vpcmpnltb k1,zmm2,zmm3
        vpcmpnltd k1,zmm2,zmm3
        vpcmpnltq k1,zmm2,zmm3
        vpcmpnltub k1,zmm2,zmm3
        vpcmpnltud k1,zmm2,zmm3
        vpcmpnltuq k1,zmm2,zmm3
        vpcmpnltuw k1,zmm2,zmm3
        vpcmpnltw k1,zmm2,zmm3
        pclmullqlqdq xmm1,xmm2
        pclmulhqlqdq xmm1,xmm2
        pclmullqhqdq xmm1,xmm2
        pclmulhqhqdq xmm1,xmm2
        vmovqqu ymm1,ymm2
        vmovqqa ymm1,ymm2
        vldqqu ymm1,[rax]
        vmovntqq [rax],ymm1
        fld tword [rax]
        fadd to st1
        fadd st0,st1
        fadd st1
        fadd st1,st0
        fadd
        faddp
        faddp st1
        faddp st1,st0
        fadd st0,st0
        fadd st0
        fsub
        fsubp
        fsubr
        fsubrp
        fsub st1,st0
        fsub st0,st1
        fsubr st1,st0
        fsubp st1,st0
        fsubrp st1,st0
        fmul
        fmulp
        fmul st3
        fmul to st3
        fdiv
        fdivp
        fdivr
        fdivrp
        fdiv st1,st0
        fdivr st1,st0
        fdivp st3
        fdivrp st3
        fdivrp st3,st0
        fcom
        fcom st1
        fcom st0,st1
        fcomp
        fcomp st2
        fcompp
        fucom
        fucom st2
        fucom st0,st2
        fucomp
        fucompp
        fcomi
        fcomi st1
        fcomi st0,st1
        fcomip
        fcomip st1
        fcomip st0,st3
        fucomi st1
        fucomip st1
        fucomip
        fucomi
        fcmovb
        fcmovb st1
        fcmovb st0,st1
        fcmovnu st0,st7
        fxch
        fxch st1
        fxch st0,st1
        fxch st1,st0
        fxch st0
        fxch st3,st0
        fld st0
        fld st3
        fld
        fst st1
        fst
        fstp
        fstp st1
        ffree
        ffree st1
        fincstp
        fdecstp
        fld dword [rax]
        fld qword [rax]
        fild word [rax]
        fild dword [rax]
        fild qword [rax]
        fist word [rax]
        fistp qword [rax]
        fisttp qword [rax]
        fisttp word [rax]
        fbld [rax]
        fbld tword [rax]
        fbstp [rax]
        fadd dword [rax]
        fadd qword [rax]
        fiadd word [rax]
        fiadd dword [rax]
        ficom word [rax]
        fidivr dword [rax]
        fstcw [rax]
        fnstcw [rax]
        fnstcw word [rax]
        fldcw [rax]
        fldcw word [rax]
        fstsw ax
        fnstsw ax
        fstsw [rax]
        fnstsw [rax]
        fnstsw word [rax]
        fsave [rax]
        fnsave [rax]
        frstor [rax]
        fstenv [rax]
        fnstenv [rax]
        fldenv [rax]
        finit
        fninit
        fclex
        fnclex
        fnop
        fwait
        f2xm1
        fabs
        fchs
        fcos
        fsin
        fsincos
        fptan
        fpatan
        fprem
        fprem1
        frndint
        fscale
        fsqrt
        ftst
        fxam
        fxtract
        fyl2x
        fyl2xp1
        fldz
        fld1
        fldl2e
        fldl2t
        fldlg2
        fldln2
        fldpi
        fxsave [rax]
        fxsave64 [rax]
        fxrstor [rax]
        fxrstor64 [rax]
        retn
        retn 5
        retfd
        retnq
        retnw
        int01
        icebp
        ud2a
        ud2b eax,ebx
        xlat
        movsx eax,bl
        movsx eax,bx
        movsx rax,ebx
        movsx rax,byte [rax]
        movsx eax,word [rax]
        movsx ax,[rax]
        blendvpd xmm1,xmm2,xmm0
        pblendvb xmm1,[rax],xmm0
        sha256rnds2 xmm1,xmm2,xmm0
        monitor rax,ecx,edx
        mwait eax,ecx
        mwaitx eax,ecx
        monitorx rax,ecx,edx
        clzero rax
        clzero eax
        invlpga rax,ecx
        invlpga eax,ecx
