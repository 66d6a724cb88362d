package dev.sluice.proxy.content;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.testing.TestExchange;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EncodedInputTest {
    private final CountingCoding coding = new CountingCoding();
    private final Exchange scope = TestExchange.begin();

    /** What has arrived in pieces; a read beyond them would block. */
    private static final class Arrived extends InputStream {
        private final ArrayDeque<byte[]> pieces = new ArrayDeque<>();
        private boolean ended;

        void add(String piece) {
            pieces.add(piece.getBytes(UTF_8));
        }

        @Override
        public int read() {
            throw new AssertionError("a byte alone");
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            byte[] next = pieces.poll();
            if (next == null && ended) {
                return -1;
            }
            assertThat(next).as("a read that would block").isNotNull();
            System.arraycopy(next, 0, target, offset, next.length);
            return next.length;
        }

        @Override
        public int available() {
            return pieces.isEmpty() ? 0 : pieces.peek().length;
        }
    }

    private Body coded(InputStream stream, long length) {
        return EncodedInput.of(Body.of(stream, length), List.of(coding), scope);
    }

    /** All that can be read without waiting, decoded as far as it goes. */
    private static String readable(InputStream coded, ByteArrayOutputStream soFar) throws IOException {
        byte[] buffer = new byte[100];
        while (coded.available() > 0) {
            int n = coded.read(buffer);
            assertThat(n).isPositive();
            soFar.write(buffer, 0, n);
        }
        InputStream in = new InflatedInput(new ByteArrayInputStream(soFar.toByteArray()), true);
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        try {
            in.transferTo(plain);
        } catch (IOException notMoreYet) {
            assertThat(notMoreYet).hasMessage("it ends too early");
        }
        return plain.toString(UTF_8);
    }

    @Test
    void whatHasArrivedCanBeReadAndDecodedBeforeMoreComes() throws Exception {
        Arrived arrived = new Arrived();
        InputStream in = coded(arrived, Body.UNKNOWN).open();
        ByteArrayOutputStream soFar = new ByteArrayOutputStream();

        assertThat(readable(in, soFar)).isEmpty();
        arrived.add("data: 1\n\n");
        assertThat(readable(in, soFar)).isEqualTo("data: 1\n\n");
        arrived.add("data: 2\n");
        arrived.add("\n");
        assertThat(readable(in, soFar)).isEqualTo("data: 1\n\ndata: 2\n\n");
        arrived.ended = true;
        soFar.writeBytes(in.readAllBytes());
        assertThat(Coded.gunzip(soFar.toByteArray())).asString(UTF_8).isEqualTo("data: 1\n\ndata: 2\n\n");
        assertThat(in.available()).isZero();
    }

    /** Each piece costs a flush if it is not known that more is here. */
    @Test
    void aBodyIsReadInPiecesAsLargeAsASystemCallBrings() throws Exception {
        List<Integer> asked = new ArrayList<>();
        InputStream silent = new InputStream() {
            @Override
            public int read() {
                throw new AssertionError("a byte alone");
            }

            @Override
            public int read(byte[] target, int offset, int length) {
                asked.add(length);
                return length;
            }
        };
        byte[] coded = coded(silent, 200_000).open().readAllBytes();

        assertThat(asked).containsExactly(65_536, 65_536, 65_536, 3_392);
        assertThat(Coded.gunzip(coded)).hasSize(200_000);
    }

    @Test
    void aBodyOfKnownLengthIsNotFlushedAtItsEnd() throws Exception {
        byte[] plain = Coded.words(20_000, 1);
        byte[] coded =
                coded(new ByteArrayInputStream(plain), plain.length).open().readAllBytes();

        assertThat(coded).isEqualTo(EncodedInput.encode(plain, ContentCoding.GZIP));
    }

    @Test
    void aBodyIsNotReadBeyondItsLength() throws Exception {
        Arrived arrived = new Arrived();
        arrived.add("12345");

        byte[] bytes = coded(arrived, 5).open().readAllBytes();

        assertThat(Coded.gunzip(bytes)).asString(UTF_8).isEqualTo("12345");
    }

    @Test
    void severalCodingsAreAppliedInOrder() throws Exception {
        byte[] plain = Coded.words(100_000, 2);
        Body body = EncodedInput.of(
                Body.of(new ByteArrayInputStream(plain), Body.UNKNOWN),
                List.of(ContentCoding.DEFLATE, ContentCoding.GZIP),
                scope);

        assertThat(Coded.inflate(Coded.gunzip(body.open().readAllBytes()))).isEqualTo(plain);
    }

    @Test
    void theEncoderIsFreedAtTheEnd() throws Exception {
        Body body = coded(new ByteArrayInputStream(Coded.words(100_000, 3)), 100_000);
        body.open().readAllBytes();
        assertThat(coding.made()).isOne();
        assertThat(coding.open()).isZero();
    }

    @Test
    void theEncoderIsFreedWhenTheBodyIsClosed() throws Exception {
        Body body = coded(new ByteArrayInputStream(Coded.words(100_000, 3)), 100_000);
        InputStream in = body.open();
        assertThat(in.read()).isNotNegative();
        assertThat(coding.open()).isOne();
        body.close();
        assertThat(coding.open()).isZero();
        assertThatThrownBy(in::read).isInstanceOf(IOException.class).hasMessage("the body is closed");
    }

    @Test
    void theEncoderIsFreedWhenTheExchangeEnds() {
        coded(new ByteArrayInputStream(new byte[10]), 10).open();
        assertThat(coding.open()).isOne();
        scope.end(Outcome.CLIENT_LEFT);
        assertThat(coding.open()).isZero();
    }

    @Test
    void aBodyThatNobodyOpensHasNoEncoder() {
        coded(new ByteArrayInputStream(new byte[10]), 10).close();
        assertThat(coding.made()).isZero();
    }

    @Test
    void anEncoderThatIsWritingIsFreedAfterwards() throws Exception {
        InputStream[] in = new InputStream[1];
        InputStream closing = new ByteArrayInputStream(new byte[10]) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                Thread other = new Thread(() -> scope.end(Outcome.CLIENT_LEFT));
                other.start();
                try {
                    other.join();
                } catch (InterruptedException interrupt) {
                    throw new AssertionError(interrupt);
                }
                assertThat(coding.open()).as("still in use").isOne();
                return super.read(target, offset, length);
            }
        };
        in[0] = coded(closing, Body.UNKNOWN).open();
        assertThat(in[0].read(new byte[100])).isPositive();
        assertThat(coding.open()).isZero();
    }
}
