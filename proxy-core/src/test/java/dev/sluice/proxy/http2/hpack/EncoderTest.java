package dev.sluice.proxy.http2.hpack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.http1.OutputBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EncoderTest {
    private final Encoder encoder = new Encoder();

    private byte[] encode(Field... fields) {
        OutputBuffer out = new OutputBuffer(16);
        encoder.begin(out);
        for (Field field : fields) {
            encoder.field(out, field.name(), field.value(), field.name().startsWith("secret"));
        }
        return Arrays.copyOf(out.bytes(), out.size());
    }

    private void assertEncodes(String hex, Field... fields) {
        assertThat(HexFormat.of().formatHex(encode(fields))).isEqualTo(hex);
    }

    @Test
    void whatATableHasIsOneByteTheNextTime() {
        assertEncodes(
                "828684418cf1e3c2e5f23a6ba0ab90f4ff",
                new Field(":method", "GET"),
                new Field(":scheme", "http"),
                new Field(":path", "/"),
                new Field(":authority", "www.example.com"));
        assertEncodes("be", new Field(":authority", "www.example.com"));
        assertEncodes("408825a849e95ba97d7f8925a849e95bb8e8b4bf", new Field("custom-key", "custom-value"));
        assertEncodes("bebf", new Field("custom-key", "custom-value"), new Field(":authority", "www.example.com"));
        assertEncodes("7e0121", new Field("custom-key", "!"));
    }

    @Test
    void whatIsSecretIsInNoTable() {
        for (int i = 0; i < 2; i++) {
            assertEncodes("1f0803612d62", new Field("authorization", "a-b"));
            assertEncodes("1084414961530121", new Field("secret", "!"));
        }
    }

    @Test
    void whatChangesIsInNoTable() {
        for (int i = 0; i < 2; i++) {
            assertEncodes("0f0d0121", new Field("content-length", "!"));
        }
    }

    @Test
    void aLargeFieldDrivesNothingOut() {
        encode(new Field("a", "b"));
        String large = "!".repeat(2048);
        assertThat(encode(new Field("c", large))[0]).isZero();
        assertEncodes("be", new Field("a", "b"));
    }

    @Test
    void aSmallerTableIsToldInTheNextBlockAndSoIsALargerOneBehindIt() {
        encode(new Field("a", "b"));
        encoder.tableBytes(0);
        encoder.tableBytes(100);
        assertEncodes("203f45" + "4001610162", new Field("a", "b"));
        encoder.tableBytes(100_000);
        assertEncodes("3fe11f" + "be", new Field("a", "b"));
        encoder.tableBytes(4096);
        assertEncodes("be", new Field("a", "b"));
        encoder.tableBytes(0);
        assertEncodes("20" + "0001610162", new Field("a", "b"));
        assertEncodes("0001610162", new Field("a", "b"));
    }

    @Test
    void whatIsEncodedIsDecoded() throws Exception {
        Random random = new Random(7541);
        Decoder decoder = new Decoder(1 << 20);
        for (int i = 0; i < 20_000; i++) {
            if (random.nextInt(20) == 0) {
                encoder.tableBytes(random.nextInt(5000));
            }
            Field[] fields = new Field[random.nextInt(12)];
            Arrays.setAll(fields, any -> random(random));
            byte[] block = encode(fields);
            List<Field> found = new ArrayList<>();
            decoder.decode(block, 0, block.length, (name, value, secret) -> {
                found.add(new Field(name, value));
                assertThat(secret).isEqualTo(name.startsWith("secret") || name.equals("cookie"));
            });
            assertThat(found).containsExactly(fields);
        }
    }

    private static Field random(Random random) {
        String[] names = {":path", "cookie", "secret", "accept", "x-" + random.nextInt(300)};
        String name = names[random.nextInt(names.length)];
        int length = random.nextInt(10) == 0 ? random.nextInt(3000) : random.nextInt(30);
        boolean text = random.nextBoolean();
        StringBuilder value = new StringBuilder();
        for (int i = 0; i < length; i++) {
            value.append((char) (text ? 32 + random.nextInt(90) : random.nextInt(256)));
        }
        return new Field(name, random.nextBoolean() ? "usual" + random.nextInt(3) : value.toString());
    }
}
