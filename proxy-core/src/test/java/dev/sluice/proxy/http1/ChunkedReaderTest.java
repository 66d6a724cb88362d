package dev.sluice.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkedReaderTest {
    private static final int HEADER_BYTES = 40;
    private static final int HEADER_COUNT = 3;

    static Stream<Arguments> good() {
        return Stream.of(
                Arguments.of("", "0\r\n\r\n"),
                Arguments.of("", "000\r\n\r\n"),
                Arguments.of("abc", "3\r\nabc\r\n0\r\n\r\n"),
                Arguments.of("abcdef", "3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n"),
                Arguments.of("abcdefghijk", "b\r\nabcdefghijk\r\n0\r\n\r\n"),
                Arguments.of("abcdefghijk", "0B\r\nabcdefghijk\r\n0\r\n\r\n"),
                Arguments.of("abc", "00000000000000000000000003\r\nabc\r\n0\r\n\r\n"),
                Arguments.of("\r\n0\r\n\r\n", "7\r\n\r\n0\r\n\r\n\r\n0\r\n\r\n"),
                // RFC 9112 §7.1.1: extensions, with white space before them.
                Arguments.of("abc", "3;a\r\nabc\r\n0;b\r\n\r\n"),
                Arguments.of("abc", "3 \t ; a = b ;c=\"d;e\\\"\u00e9\" \r\nabc\r\n0\r\n\r\n"),
                Arguments.of("abc", "3;\r\nabc\r\n0\r\n\r\n"));
    }

    @ParameterizedTest
    @MethodSource("good")
    void contentIsReadWithoutItsChunks(String content, String text) throws IOException {
        assertThat(readAll(reader(Pieces.of(text), 4096))).isEqualTo(content);
        assertThat(readAll(reader(Pieces.singly(text), 1))).isEqualTo(content);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // RFC 9112 §7.1: 1*HEXDIG, and no overflow.
                "\r\n",
                ";a\r\nabc",
                " 3\r\nabc",
                "+3\r\nabc",
                "-3\r\nabc",
                "0x3\r\nabc",
                "3x\r\nabc",
                "3h\r\nabc",
                "g\r\nabc",
                "3,\r\nabc",
                "3 3\r\nabc",
                "3 \r\nabc",
                "3\t\r\nabc",
                "3\0\r\nabc",
                "8000000000000000\r\nabc",
                "ffffffffffffffff\r\nabc",
                "10000000000000003\r\nabc",
                "100000000000000000000000000000003\r\nabc",
                // Ends of lines.
                "3\nabc",
                "3\rabc",
                "3\r\r\nabc",
                "3;a\nabc",
                "3;a\rb\r\nabc",
                "3;a=\"\n\"\r\nabc",
                "3;a=\"\r\n\"\r\nabc",
                "3;a\0\r\nabc",
                "3;a\u007f\r\nabc",
                "3\r\nabc0\r\n\r\n",
                "3\r\nabcd\r\n0\r\n\r\n",
                "3\r\nabc\n0\r\n\r\n",
                "3\r\nabcd\n0\r\n\r\n",
                "3\r\nabc\r0\r\n\r\n",
                "3\r\nabc\r\n\r\n0\r\n\r\n",
                "3\r\nab\r\n0\r\n\r\n",
                // Trailers.
                "0\r\n\n",
                "0\r\n\r\r\n",
                "3\r\nabc\r\n0\r\na\n",
                "0\r\n a: b\r\n\r\n",
                "0\r\na : b\r\n\r\n",
                "0\r\na: b\r\n c\r\n\r\n",
                "0\r\na: b\n\r\n",
                "0\r\na: \0\r\n\r\n",
                "0\r\nGET / HTTP/1.1\r\n\r\n"
            })
    void whatIsWrongIsRefused(String text) {
        ProxyException refusal = refusal(text);

        assertThat(refusal.status()).isEqualTo(400);
        assertThat(refusal.outcome()).isEqualTo(Outcome.BAD_REQUEST);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "3 \r\nabc\r\n0 \r\n\r\n",
                "3\t\r\nabc\r\n0\r\n\r\n",
                "3\r\nabc\r\n0 \t \r\n\r\n",
                "3       \r\nabc\r\n0       \r\nX: 1\r\n\r\n"
            })
    void paddedSizesAreAnOriginsAlone(String text) throws IOException {
        for (InputBuffer in :
                new InputBuffer[] {new InputBuffer(Pieces.of(text), 4096), new InputBuffer(Pieces.singly(text), 1)}) {
            assertThat(readAll(new ChunkedReader(in, HEADER_BYTES, HEADER_COUNT, Side.RESPONSE)))
                    .isEqualTo("abc");
        }
        assertThat(refusal(text).status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {" 3\r\nabc\r\n", "3 x\r\nabc\r\n", "3 3\r\nabc\r\n", "3 \nabc\r\n", "3 \u000b\r\nabc\r\n"})
    void anythingElseAroundASizeIsNoPadding(String text) {
        ChunkedReader reader = new ChunkedReader(
                new InputBuffer(Pieces.of(text + "0\r\n\r\n"), 64), HEADER_BYTES, HEADER_COUNT, Side.RESPONSE);

        assertThatThrownBy(() -> readAll(reader)).isInstanceOf(ProxyException.class);
    }

    @Test
    void inAResponseItBlamesTheOrigin() {
        InputBuffer in = new InputBuffer(Pieces.of("x"), 16);
        ChunkedReader reader = new ChunkedReader(in, HEADER_BYTES, HEADER_COUNT, Side.RESPONSE);

        ProxyException failure = catchThrowableOfType(ProxyException.class, () -> readAll(reader));

        assertThat(failure.outcome()).isEqualTo(Outcome.BAD_RESPONSE);
        assertThat(failure.delivery()).isEqualTo(Delivery.ANSWERED);
    }

    @Test
    void theLargestSizeIsTaken() throws IOException {
        ChunkedReader reader = reader(Pieces.of("7fffffffffffffff\r\nabc"), 64);

        assertThat(reader.read(new byte[8], 0, 8)).isEqualTo(3);
    }

    @Test
    void aLineHasALimit() throws IOException {
        assertThat(readAll(reader(Pieces.of("0".repeat(4096) + "\r\n\r\n"), 64)))
                .isEmpty();
        assertThat(readAll(reader(Pieces.of("0;" + "x".repeat(4094) + "\r\n\r\n"), 64)))
                .isEmpty();
        assertThat(refusal("0".repeat(4097)).status()).isEqualTo(413);
        assertThat(refusal("0;" + "x".repeat(4095)).status()).isEqualTo(413);
        assertThat(refusal("0" + " ".repeat(4096)).status()).isEqualTo(413);
        assertThat(refusal("0;" + "x".repeat(4095)).outcome()).isEqualTo(Outcome.LIMIT_EXCEEDED);
    }

    /**
     * Everything beyond a size of 16 digits counts towards a limit: 16 KiB, plus one byte for each byte of content
     * before.
     */
    @Test
    void extensionsHaveALimitThatGrowsWithTheContent() throws IOException {
        String chunk = "1;" + "x".repeat(14 + 1024) + "\r\na\r\n";
        String last = "0" + ";".repeat(15 + 16) + "\r\n\r\n";
        String tooMuch = "0" + ";".repeat(15 + 17) + "\r\n\r\n";

        assertThat(readAll(reader(Pieces.of(chunk.repeat(16) + last), 64))).hasSize(16);
        assertThat(refusal(chunk.repeat(16) + tooMuch).status()).isEqualTo(413);
        assertThat(refusal(chunk.repeat(17)).outcome()).isEqualTo(Outcome.LIMIT_EXCEEDED);
        String content = "2000\r\n" + "c".repeat(8192) + "\r\n";
        assertThat(readAll(reader(Pieces.of(content + chunk.repeat(24) + "0\r\n\r\n"), 64)))
                .hasSize(8192 + 24);
        assertThat(refusal(content + chunk.repeat(25)).status()).isEqualTo(413);
    }

    @Test
    void trailersHaveLimits() throws IOException {
        String most = "0\r\na:" + "b".repeat(HEADER_BYTES - 4);

        assertThat(readAll(reader(Pieces.of(most + "\r\n\r\n"), 64))).isEmpty();
        assertThat(refusal(most + "b").status()).isEqualTo(431);
        assertThat(readAll(reader(Pieces.of("0\r\n" + "a: b\r\n".repeat(HEADER_COUNT) + "\r\n"), 64)))
                .isEmpty();
        assertThat(refusal("0\r\n" + "a: b\r\n".repeat(HEADER_COUNT) + "a").status())
                .isEqualTo(431);
    }

    @Test
    void trailersAreThereOnceTheEndHasBeenRead() throws IOException {
        ChunkedReader reader = reader(Pieces.of("1\r\nx\r\n0\r\nChecksum: 1\r\nfoo: \u00e9\r\n\r\n"), 64);

        assertThat(reader.read(new byte[8], 0, 8)).isEqualTo(1);
        assertThat(reader.ended()).isFalse();
        assertThat(reader.trailers()).isEqualTo(Headers.empty());
        assertThat(reader.read(new byte[8], 0, 8)).isEqualTo(-1);
        assertThat(reader.ended()).isTrue();
        assertThat(reader.trailers()).isEqualTo(Headers.of("Checksum", "1", "foo", "\u00e9"));
        assertThat(reader.read(new byte[8], 0, 8)).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length",
                "transfer-encoding",
                "TRAILER",
                "Host",
                "Connection",
                "Keep-Alive",
                "TE",
                "Upgrade",
                "Authorization",
                "Proxy-Authorization",
                "Cookie",
                "Set-Cookie",
                "Content-Encoding",
                "Content-Type",
                "Content-Range",
                "Cache-Control",
                "X-Forwarded-For",
                "Forwarded",
                "Via",
                "Expect",
                "If-Match",
                "Max-Forwards"
            })
    void aFieldThatIsNeededBeforeTheContentIsNoTrailer(String name) throws IOException {
        ChunkedReader reader = reader(Pieces.of("0\r\n" + name + ": x\r\na: b\r\n\r\n"), 64);

        readAll(reader);

        assertThat(reader.trailers()).isEqualTo(Headers.of("a", "b"));
    }

    @Test
    void theEndOfTheStreamInsideABodyIsAFault() {
        String text = "3;a\r\nabc\r\n0\r\na: b\r\n\r\n";
        for (int end = 0; end < text.length(); end++) {
            String part = text.substring(0, end);
            assertThatThrownBy(() -> readAll(reader(Pieces.of(part), 64)))
                    .as(part)
                    .isInstanceOf(EOFException.class);
        }
    }

    @Test
    void whatFollowsTheBodyStaysInTheBuffer() throws IOException {
        InputBuffer in = new InputBuffer(Pieces.of("1\r\nx\r\n0\r\n\r\nGET"), 64);

        readAll(new ChunkedReader(in, HEADER_BYTES, HEADER_COUNT, Side.REQUEST));

        assertThat(in.text(0, in.available())).isEqualTo("GET");
    }

    @Test
    void manySmallChunksThatHaveArrivedAreReadAtOnceWithTheEnd() throws IOException {
        ChunkedReader reader = reader(Pieces.of("1\r\na\r\n1\r\nb\r\n1\r\nc\r\n0\r\n\r\n"), 64);
        byte[] target = new byte[8];

        assertThat(reader.read(target, 1, 7)).isEqualTo(3);
        assertThat(new String(target, 1, 3, StandardCharsets.ISO_8859_1)).isEqualTo("abc");
        assertThat(reader.ended()).isTrue();
    }

    /**
     * The number of bytes that have arrived, and the number of content bytes that are available after a read of one.
     */
    @ParameterizedTest
    @CsvSource({"4, 0", "5, 1", "6, 2", "7, 2", "10, 2", "11, 2"})
    void whatIsAvailableIsReadWithoutWaiting(int arrived, int available) throws IOException {
        String text = "3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n";
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        ChunkedReader reader = reader(new Pieces().set(bytes, bytes.length, arrived), 64);

        assertThat(reader.available()).isZero();
        assertThat(reader.read(new byte[1], 0, 1)).isEqualTo(1);
        assertThat(reader.available()).isEqualTo(available);
    }

    @Test
    void aReadReturnsTheAvailableBytes() throws IOException {
        String text = "5\r\nabcde\r\n0\r\n\r\n";
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        ChunkedReader reader = reader(new Pieces().set(bytes, bytes.length, 5), 64);

        assertThat(reader.read(new byte[8], 0, 8)).isEqualTo(2);
        assertThat(reader.read(new byte[8], 0, 0)).isZero();
        assertThat(reader.read(new byte[8], 0, 8)).isEqualTo(3);
    }

    @Test
    void aFaultComesAfterTheContentBeforeItAndAgain() throws IOException {
        ChunkedReader reader = reader(Pieces.of("1\r\na\r\nx\r\n0\r\n\r\n"), 64);

        assertThat(reader.read(new byte[8], 0, 8)).isEqualTo(1);
        assertThatThrownBy(() -> reader.read(new byte[8], 0, 8)).isInstanceOf(ProxyException.class);
        assertThatThrownBy(() -> reader.read(new byte[8], 0, 8)).isInstanceOf(ProxyException.class);
        assertThat(reader.ended()).isFalse();
    }

    @Test
    void afterAFaultNoEndIsFound() {
        ChunkedReader reader = reader(Pieces.of("0\r\n" + "a: b\r\n".repeat(HEADER_COUNT + 1) + "\r\n"), 64);

        assertThatThrownBy(() -> reader.read(new byte[8], 0, 8)).isInstanceOf(ProxyException.class);
        assertThatThrownBy(() -> reader.read(new byte[8], 0, 8)).isInstanceOf(ProxyException.class);
        assertThat(reader.ended()).isFalse();
    }

    private static ChunkedReader reader(Pieces pieces, int initialBytes) {
        return new ChunkedReader(new InputBuffer(pieces, initialBytes), HEADER_BYTES, HEADER_COUNT, Side.REQUEST);
    }

    private static String readAll(ChunkedReader reader) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        byte[] target = new byte[100];
        for (int n = reader.read(target, 0, 100); n >= 0; n = reader.read(target, 0, 100)) {
            content.write(target, 0, n);
        }
        assertThat(reader.ended()).isTrue();
        return content.toString(StandardCharsets.ISO_8859_1);
    }

    private static ProxyException refusal(String text) {
        return catchThrowableOfType(ProxyException.class, () -> readAll(reader(Pieces.of(text), 64)));
    }
}
