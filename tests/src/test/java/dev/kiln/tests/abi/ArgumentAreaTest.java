package dev.kiln.tests.abi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kiln.compiler.CallingConvention;
import dev.kiln.compiler.abi.ArgumentAssignment;
import dev.kiln.ir.AggregateType;
import dev.kiln.ir.MemoryType;
import dev.kiln.ir.Signature;
import dev.kiln.ir.Type;
import dev.kiln.ir.internal.ArgumentArea;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The verifier counts the stack bytes of arguments for tail calls as the compiler lays them out. */
class ArgumentAreaTest {
    private static final Type[] TYPES = {
        Type.I8, Type.I16, Type.I32, Type.I64, Type.F32, Type.F64, Type.PTR, Type.V4F32, Type.V2I64, Type.V4F64
    };
    private final Random random = new Random(20261121);

    @Test
    void verifierAndCompilerCountTheSame() {
        for (int round = 0; round < 20_000; round++) {
            boolean windows = random.nextBoolean();
            List<Signature.Param> params = new ArrayList<>();
            for (int i = random.nextInt(14); i > 0; i--) {
                if (random.nextInt(3) == 0) {
                    params.add(new Signature.Param(
                            Type.PTR, aggregate(2), Signature.Extension.NONE, Signature.Role.PLAIN));
                } else {
                    boolean env = random.nextInt(20) == 0;
                    Type type = env ? Type.PTR : TYPES[random.nextInt(TYPES.length)];
                    params.add(new Signature.Param(
                            type, null, Signature.Extension.NONE, env ? Signature.Role.ENV : Signature.Role.PLAIN));
                }
            }
            AggregateType result = random.nextInt(3) == 0 ? aggregate(2) : null;
            Signature signature = new Signature(
                    params,
                    result == null ? Type.VOID : Type.PTR,
                    result,
                    Signature.Extension.NONE,
                    false,
                    windows ? Signature.Convention.MICROSOFT_X64 : Signature.Convention.SYSTEM_V);
            ArgumentAssignment compiler =
                    new ArgumentAssignment(windows ? CallingConvention.MICROSOFT_X64 : CallingConvention.SYSTEM_V);
            compiler.assign(signature, null);
            assertThat(ArgumentArea.bytes(signature, List.of()))
                    .as("%s", signature)
                    .isEqualTo(AggregateType.roundUp(compiler.stackUsed(), 8));
        }
    }

    private AggregateType aggregate(int depth) {
        List<MemoryType> parts = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            parts.add(part(depth));
        }
        return switch (random.nextInt(6)) {
            case 0 -> AggregateType.Union.of(null, parts, 0);
            case 1 -> AggregateType.Array.of(null, 1 + random.nextInt(3), part(depth));
            case 2 -> new AggregateType.Opaque(null, 1 + random.nextInt(20), 1L << random.nextInt(4));
            default -> AggregateType.Struct.of(null, parts, random.nextInt(5) == 0, 0);
        };
    }

    private MemoryType part(int depth) {
        return depth > 0 && random.nextInt(4) == 0 ? aggregate(depth - 1) : TYPES[random.nextInt(7)];
    }
}
