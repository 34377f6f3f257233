package dev.kiln.compiler.select;

import dev.kiln.asm.Form;

/** Instruction forms indexed by width (log 2 of the bytes: 0 to 3) or by condition code (the low four bits of the opcode). */
final class FormTables {
    /** Rows of an arithmetic group: {@code op r/m, r}, {@code op r/m, imm8s} and {@code op r/m, imm32} (as wide as the width allows). */
    static final int REGISTERS = 0, SHORT_IMMEDIATE = 4, IMMEDIATE = 8;

    static final int[] ADD = {
        Form.ADD_RM8_R8, Form.ADD_RM16_R16, Form.ADD_RM32_R32, Form.ADD_RM64_R64,
        Form.ADD_RM8_IMM8, Form.ADD_RM16_IMM8S, Form.ADD_RM32_IMM8S, Form.ADD_RM64_IMM8S,
        Form.ADD_RM8_IMM8, Form.ADD_RM16_IMM16, Form.ADD_RM32_IMM32, Form.ADD_RM64_IMM32S
    };
    static final int[] SUB = {
        Form.SUB_RM8_R8, Form.SUB_RM16_R16, Form.SUB_RM32_R32, Form.SUB_RM64_R64,
        Form.SUB_RM8_IMM8, Form.SUB_RM16_IMM8S, Form.SUB_RM32_IMM8S, Form.SUB_RM64_IMM8S,
        Form.SUB_RM8_IMM8, Form.SUB_RM16_IMM16, Form.SUB_RM32_IMM32, Form.SUB_RM64_IMM32S
    };
    static final int[] AND = {
        Form.AND_RM8_R8, Form.AND_RM16_R16, Form.AND_RM32_R32, Form.AND_RM64_R64,
        Form.AND_RM8_IMM8, Form.AND_RM16_IMM8S, Form.AND_RM32_IMM8S, Form.AND_RM64_IMM8S,
        Form.AND_RM8_IMM8, Form.AND_RM16_IMM16, Form.AND_RM32_IMM32, Form.AND_RM64_IMM32S
    };
    static final int[] OR = {
        Form.OR_RM8_R8, Form.OR_RM16_R16, Form.OR_RM32_R32, Form.OR_RM64_R64,
        Form.OR_RM8_IMM8, Form.OR_RM16_IMM8S, Form.OR_RM32_IMM8S, Form.OR_RM64_IMM8S,
        Form.OR_RM8_IMM8, Form.OR_RM16_IMM16, Form.OR_RM32_IMM32, Form.OR_RM64_IMM32S
    };
    static final int[] XOR = {
        Form.XOR_RM8_R8, Form.XOR_RM16_R16, Form.XOR_RM32_R32, Form.XOR_RM64_R64,
        Form.XOR_RM8_IMM8, Form.XOR_RM16_IMM8S, Form.XOR_RM32_IMM8S, Form.XOR_RM64_IMM8S,
        Form.XOR_RM8_IMM8, Form.XOR_RM16_IMM16, Form.XOR_RM32_IMM32, Form.XOR_RM64_IMM32S
    };
    static final int[] CMP = {
        Form.CMP_RM8_R8, Form.CMP_RM16_R16, Form.CMP_RM32_R32, Form.CMP_RM64_R64,
        Form.CMP_RM8_IMM8, Form.CMP_RM16_IMM8S, Form.CMP_RM32_IMM8S, Form.CMP_RM64_IMM8S,
        Form.CMP_RM8_IMM8, Form.CMP_RM16_IMM16, Form.CMP_RM32_IMM32, Form.CMP_RM64_IMM32S
    };
    static final int[] TEST = {Form.TEST_RM8_R8, Form.TEST_RM16_R16, Form.TEST_RM32_R32, Form.TEST_RM64_R64};

    static final int[] NEG = {Form.NEG_RM8, Form.NEG_RM16, Form.NEG_RM32, Form.NEG_RM64};
    static final int[] NOT = {Form.NOT_RM8, Form.NOT_RM16, Form.NOT_RM32, Form.NOT_RM64};

    /** {@code imul r, r/m}; none for bytes. */
    static final int[] IMUL = {0, Form.IMUL_R16_RM16, Form.IMUL_R32_RM32, Form.IMUL_R64_RM64};

    static final int[] DIV = {Form.DIV_RM8, Form.DIV_RM16, Form.DIV_RM32, Form.DIV_RM64};
    static final int[] IDIV = {Form.IDIV_RM8, Form.IDIV_RM16, Form.IDIV_RM32, Form.IDIV_RM64};
    static final int[] LEA = {Form.LEA_R32_M, Form.LEA_R32_M, Form.LEA_R32_M, Form.LEA_R64_M};

    /** Shifts: four forms by CL, then four by an immediate. */
    static final int[] SHL = {
        Form.SHL_RM8_CL, Form.SHL_RM16_CL, Form.SHL_RM32_CL, Form.SHL_RM64_CL,
        Form.SHL_RM8_IMM8, Form.SHL_RM16_IMM8, Form.SHL_RM32_IMM8, Form.SHL_RM64_IMM8
    };

    static final int[] SHR = {
        Form.SHR_RM8_CL, Form.SHR_RM16_CL, Form.SHR_RM32_CL, Form.SHR_RM64_CL,
        Form.SHR_RM8_IMM8, Form.SHR_RM16_IMM8, Form.SHR_RM32_IMM8, Form.SHR_RM64_IMM8
    };
    static final int[] SAR = {
        Form.SAR_RM8_CL, Form.SAR_RM16_CL, Form.SAR_RM32_CL, Form.SAR_RM64_CL,
        Form.SAR_RM8_IMM8, Form.SAR_RM16_IMM8, Form.SAR_RM32_IMM8, Form.SAR_RM64_IMM8
    };
    static final int[] ROL = {
        Form.ROL_RM8_CL, Form.ROL_RM16_CL, Form.ROL_RM32_CL, Form.ROL_RM64_CL,
        Form.ROL_RM8_IMM8, Form.ROL_RM16_IMM8, Form.ROL_RM32_IMM8, Form.ROL_RM64_IMM8
    };
    static final int[] ROR = {
        Form.ROR_RM8_CL, Form.ROR_RM16_CL, Form.ROR_RM32_CL, Form.ROR_RM64_CL,
        Form.ROR_RM8_IMM8, Form.ROR_RM16_IMM8, Form.ROR_RM32_IMM8, Form.ROR_RM64_IMM8
    };

    /** Loads of that many bytes into a general register, zero-extended. */
    static final int[] LOAD = {Form.MOVZX_R32_RM8, Form.MOVZX_R32_RM16, Form.MOV_R32_RM32, Form.MOV_R64_RM64};

    static final int[] STORE = {Form.MOV_RM8_R8, Form.MOV_RM16_R16, Form.MOV_RM32_R32, Form.MOV_RM64_R64};
    static final int[] STORE_IMMEDIATE = {
        Form.MOV_RM8_IMM8, Form.MOV_RM16_IMM16, Form.MOV_RM32_IMM32, Form.MOV_RM64_IMM32S
    };

    /** Condition codes (SDM vol. 1, appendix B). */
    static final int O = 0, B = 2, AE = 3, E = 4, NE = 5, BE = 6, A = 7, S = 8, NS = 9, P = 10, NP = 11;

    static final int L = 12, GE = 13, LE = 14, G = 15;

    static final int[] JCC = {
        Form.JO_REL32, Form.JNO_REL32, Form.JB_REL32, Form.JAE_REL32, Form.JE_REL32, Form.JNE_REL32,
        Form.JBE_REL32, Form.JA_REL32, Form.JS_REL32, Form.JNS_REL32, Form.JP_REL32, Form.JNP_REL32,
        Form.JL_REL32, Form.JGE_REL32, Form.JLE_REL32, Form.JG_REL32
    };
    static final int[] SETCC = {
        Form.SETO_RM8, Form.SETNO_RM8, Form.SETB_RM8, Form.SETAE_RM8, Form.SETE_RM8, Form.SETNE_RM8,
        Form.SETBE_RM8, Form.SETA_RM8, Form.SETS_RM8, Form.SETNS_RM8, Form.SETP_RM8, Form.SETNP_RM8,
        Form.SETL_RM8, Form.SETGE_RM8, Form.SETLE_RM8, Form.SETG_RM8
    };
    static final int[] CMOV32 = {
        Form.CMOVO_R32_RM32, Form.CMOVNO_R32_RM32, Form.CMOVB_R32_RM32, Form.CMOVAE_R32_RM32, Form.CMOVE_R32_RM32,
        Form.CMOVNE_R32_RM32, Form.CMOVBE_R32_RM32, Form.CMOVA_R32_RM32, Form.CMOVS_R32_RM32, Form.CMOVNS_R32_RM32,
        Form.CMOVP_R32_RM32, Form.CMOVNP_R32_RM32, Form.CMOVL_R32_RM32, Form.CMOVGE_R32_RM32, Form.CMOVLE_R32_RM32,
        Form.CMOVG_R32_RM32
    };
    static final int[] CMOV64 = {
        Form.CMOVO_R64_RM64, Form.CMOVNO_R64_RM64, Form.CMOVB_R64_RM64, Form.CMOVAE_R64_RM64, Form.CMOVE_R64_RM64,
        Form.CMOVNE_R64_RM64, Form.CMOVBE_R64_RM64, Form.CMOVA_R64_RM64, Form.CMOVS_R64_RM64, Form.CMOVNS_R64_RM64,
        Form.CMOVP_R64_RM64, Form.CMOVNP_R64_RM64, Form.CMOVL_R64_RM64, Form.CMOVGE_R64_RM64, Form.CMOVLE_R64_RM64,
        Form.CMOVG_R64_RM64
    };

    private FormTables() {}

    /** The conditional move of a condition code for values of a width. */
    static int cmov(int condition, int width) {
        return width == 3 ? CMOV64[condition] : CMOV32[condition];
    }
}
