package dev.sluice.proxy.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientHelloTest {
    /** The ClientHello of the JDK's client. */
    private static byte[] hello(SNIServerName... names) throws Exception {
        SSLEngine engine = SSLContext.getDefault().createSSLEngine();
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setServerNames(List.of(names));
        engine.setSSLParameters(parameters);
        ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), out);
        return Arrays.copyOf(out.array(), out.position());
    }

    /** A ClientHello with any bytes as name. */
    private static final class Name extends SNIServerName {
        Name(String name) {
            super(0, name.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
        }
    }

    /** The same message in records of this size. */
    private static byte[] fragmented(byte[] hello, int size) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int at = 5; at < hello.length; at += size) {
            int n = Math.min(size, hello.length - at);
            out.writeBytes(new byte[] {22, 3, 1, (byte) (n >> 8), (byte) n});
            out.write(hello, at, n);
        }
        return out.toByteArray();
    }

    /** Gives the requested bytes, at least one, like the reader of a connection. */
    private static String parse(byte[] bytes) {
        int length = 0;
        while (true) {
            int missing = ClientHello.missing(bytes, length);
            assertThat(missing).isBetween(0, 1 << 24);
            if (missing == 0 || length == bytes.length) {
                return ClientHello.serverName(bytes, length);
            }
            length = Math.min(bytes.length, length + missing);
        }
    }

    @ParameterizedTest
    @CsvSource({"a.test, a.test", "A.TEST, a.test", "my_service-1, my_service-1"})
    void theNameIsFoundInLowerCase(String sent, String found) throws Exception {
        byte[] hello = hello(new Name(sent));

        assertThat(parse(hello)).isEqualTo(found);
    }

    @ParameterizedTest
    @CsvSource({"a b", "a\u0000b", "ä.test", "a/b", "'a\nb'"})
    void whatIsNoNameIsNone(String sent) throws Exception {
        assertThat(parse(hello(new Name(sent)))).isNull();
    }

    @Test
    void aHelloWithoutNameHasNone() throws Exception {
        assertThat(parse(hello())).isNull();
    }

    @Test
    void noByteIsRequestedThatMayNeverCome() throws Exception {
        byte[] hello = hello(new SNIHostName("a.test"));
        for (int length = 0; length < hello.length; length++) {
            assertThat(ClientHello.missing(hello, length)).isBetween(1, hello.length - length);
            assertThat(ClientHello.serverName(hello, length)).isNull();
        }
        assertThat(ClientHello.missing(hello, hello.length)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"1", "2", "3", "4", "5", "7", "60", "200"})
    void aHelloInManyRecordsIsRead(int size) throws Exception {
        byte[] split = fragmented(hello(new SNIHostName("a.test")), size);

        assertThat(parse(split)).isEqualTo("a.test");
        for (int length = 0; length < split.length; length++) {
            assertThat(ClientHello.missing(split, length)).isBetween(1, split.length - length);
        }
        assertThat(ClientHello.missing(split, split.length)).isZero();
    }

    @Test
    void bytesAfterTheHelloAreIgnored() throws Exception {
        byte[] hello = hello(new SNIHostName("a.test"));
        byte[] more = Arrays.copyOf(hello, hello.length + 100);

        assertThat(ClientHello.missing(more, more.length)).isZero();
        assertThat(ClientHello.serverName(more, more.length)).isEqualTo("a.test");
    }

    @ParameterizedTest
    @CsvSource({
        "GET / HTTP/1.1",
        "G",
        "PROXY TCP4 ",
        "'\u0016\u0002\u0001..........'",
        "'\u0016\u0003\u0001\u0000\u0000'"
    })
    void whatIsNoTlsHasNoNameAndIsNotWaitedFor(String text) {
        byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);

        assertThat(ClientHello.missing(bytes, bytes.length)).isZero();
        assertThat(ClientHello.serverName(bytes, bytes.length)).isNull();
    }

    @Test
    void damagedHellosDoNotFail() throws Exception {
        byte[] whole = hello(new SNIHostName("a.test"));
        Random random = new Random(20_260_101);
        for (int round = 0; round < 200_000; round++) {
            byte[] damaged = random.nextInt(4) == 0 ? fragmented(whole, 1 + random.nextInt(100)) : whole.clone();
            int changes = 1 + random.nextInt(4);
            for (int i = 0; i < changes; i++) {
                // Mostly at the lengths, before and after the cipher suites.
                int at = random.nextBoolean()
                        ? random.nextInt(Math.min(90, damaged.length))
                        : random.nextInt(damaged.length);
                damaged[at] = (byte) (random.nextBoolean() ? random.nextInt() : random.nextInt(5) - 2);
            }
            if (random.nextInt(8) == 0) {
                damaged = Arrays.copyOf(damaged, random.nextInt(damaged.length));
            }
            String name = parse(damaged);
            assertThat(name == null || (!name.isEmpty() && name.length() <= 255))
                    .isTrue();
        }
    }
}
