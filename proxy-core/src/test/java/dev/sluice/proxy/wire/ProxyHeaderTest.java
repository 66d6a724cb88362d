package dev.sluice.proxy.wire;

import static dev.sluice.proxy.wire.WireFixture.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.connect.ProxyProtocol;
import dev.sluice.proxy.wire.ProxyHeader.Endpoints;
import dev.sluice.proxy.wire.WireFixture.Task;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ProxyHeaderTest extends BetweenWires {
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
    private static final String TWO_IPV4 = "c0000201c6336402" + "04d201bb";

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] hex(String... parts) {
        return HexFormat.of().parseHex(String.join("", parts));
    }

    private static InetSocketAddress address(String ip, int port) throws Exception {
        return new InetSocketAddress(InetAddress.getByName(ip), port);
    }

    /** Sends the header and more bytes. Returns the result; the following bytes must still be there. */
    private Endpoints receive(byte[] header) throws Exception {
        byte[] sent = Arrays.copyOf(header, header.length + 3);
        System.arraycopy(bytes("GET"), 0, sent, header.length, 3);
        ends.near.write(sent, 0, sent.length);
        Endpoints endpoints = ProxyHeader.read(ends.far);
        assertThat(read(ends.far, 3)).isEqualTo("GET");
        return endpoints;
    }

    private void refuse(byte[] header, String reason) throws Exception {
        ends.near.write(header, 0, header.length);
        ends.near.shutdownOutput();
        assertThatThrownBy(() -> ProxyHeader.read(ends.far))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource({
        "TCP4 192.0.2.1 198.51.100.2 1234 443, 192.0.2.1, 1234, 198.51.100.2, 443",
        "TCP4 0.0.0.0 255.255.255.255 0 65535, 0.0.0.0, 0, 255.255.255.255, 65535",
        "TCP6 2001:db8::1 ::1 1234 443, 2001:db8::1, 1234, ::1, 443",
        "TCP6 2001:DB8:0:0:0:0:0:1 :: 1 2, 2001:db8::1, 1, ::, 2",
        "TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535,"
                + "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, 65535, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, 65535",
        "TCP6 ::ffff:192.0.2.1 ::ffff:c633:6402 1 2, 192.0.2.1, 1, 198.51.100.2, 2"
    })
    void version1TellsWhoSpeaksToWhom(String line, String source, int from, String destination, int to)
            throws Exception {
        assertThat(receive(bytes("PROXY " + line + "\r\n")))
                .isEqualTo(new Endpoints(address(source, from), address(destination, to)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UNKNOWN",
                "UNKNOWN ",
                "UNKNOWN whatever \r comes",
                "UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535"
            })
    void version1MayNotKnow(String line) throws Exception {
        assertThat(receive(bytes("PROXY " + line + "\r\n"))).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'GET / HTTP/1.1\r\n' | something else",
                "'POST / HTTP/1.1\r\n' | something else",
                "'PROXYTCP4 1.1.1.1 2.2.2.2 1 2\r\n' | something else",
                "'proxy TCP4 1.1.1.1 2.2.2.2 1 2\r\n' | something else",
                "'\u0016\u0003\u0001' | something else",
                "'PROXY TCP4 1.1.1.1 2.2.2.2 1 2\n' | bare LF",
                "'PROXY UNKNOWN\n\r\n' | bare LF",
                "'PROXY UDP4 1.1.1.1 2.2.2.2 1 2\r\n' | neither",
                "'PROXY UNKNOWNX\r\n' | fields",
                "'PROXY TCP4\r\n' | fields",
                "'PROXY TCP4 1.1.1.1 2.2.2.2 1\r\n' | fields",
                "'PROXY TCP4 1.1.1.1 2.2.2.2 1 2 3\r\n' | fields",
                "'PROXY TCP4 1.1.1.1 2.2.2.2 1 2 \r\n' | fields",
                "'PROXY  TCP4 1.1.1.1 2.2.2.2 1 2\r\n' | fields",
                "'PROXY TCP4 1.1.1.1 2.2.2.2 01 2\r\n' | port",
                "'PROXY TCP4 1.1.1.1 2.2.2.2 1 65536\r\n' | port",
                "'PROXY TCP4 1.1.1.1 2.2.2.2 1 +2\r\n' | port",
                "'PROXY TCP4 1.1.1.1 2.2.2.2 1 -2\r\n' | port",
                "'PROXY TCP4 1.1.1.1 2.2.2.2 1 99999999999\r\n' | port",
                "'PROXY TCP4 1.1.1.1 2.2.2.2 1 2\r\r\n' | port",
                "'PROXY TCP4 1.1.1.256 2.2.2.2 1 2\r\n' | IPv4",
                "'PROXY TCP4 1.1.1.01 2.2.2.2 1 2\r\n' | IPv4",
                "'PROXY TCP4 1.1.1 2.2.2.2 1 2\r\n' | IPv4",
                "'PROXY TCP4 1.1.1. 2.2.2.2 1 2\r\n' | IPv4",
                "'PROXY TCP4 ::1 2.2.2.2 1 2\r\n' | IPv4",
                "'PROXY TCP4 localhost 2.2.2.2 1 2\r\n' | IPv4",
                "'PROXY TCP6 1.1.1.1 ::1 1 2\r\n' | IPv6",
                "'PROXY TCP6 ::1 ::1%1 1 2\r\n' | IPv6",
                "'PROXY TCP6 [::1] ::1 1 2\r\n' | IPv6",
                "'PROXY TCP6 1::2::3 ::1 1 2\r\n' | IPv6",
                "'PROXY TCP6 12345::1 ::1 1 2\r\n' | IPv6",
                "'PROXY TCP6 abc ::1 1 2\r\n' | IPv6",
                "'PROXY TCP4 1.1.1.1' | ended"
            })
    void version1IsStrict(String header, String reason) throws Exception {
        refuse(bytes(header), reason);
    }

    @Test
    void aLineOfVersion1HasAnEnd() throws Exception {
        assertThat(receive(bytes("PROXY UNKNOWN " + "x".repeat(91) + "\r\n"))).isNull();
        refuse(bytes("PROXY UNKNOWN " + "x".repeat(92) + "\r\n"), "no CRLF in the first 107 bytes");
    }

    @Test
    void version2TellsBothAddresses() throws Exception {
        assertThat(receive(hex(SIGNATURE, "21", "11", "000c", TWO_IPV4)))
                .isEqualTo(new Endpoints(address("192.0.2.1", 1234), address("198.51.100.2", 443)));
        String two = "20010db8000000000000000000000001" + "00000000000000000000000000000001";
        assertThat(receive(hex(SIGNATURE, "21", "21", "0024", two, "ffff0000")))
                .isEqualTo(new Endpoints(address("2001:db8::1", 65535), address("::1", 0)));
    }

    @Test
    void extensionsOfVersion2AreSkipped() throws Exception {
        byte[] extensions = new byte[4096 - 12];
        assertThat(receive(hex(
                        SIGNATURE, "21", "11", "1000", TWO_IPV4, HexFormat.of().formatHex(extensions))))
                .isEqualTo(new Endpoints(address("192.0.2.1", 1234), address("198.51.100.2", 443)));
    }

    @ParameterizedTest
    @CsvSource({
        "20000000, ''",
        "2011000c, c0000201c633640204d201bb",
        "20ff0003, 010203",
        "21000000, ''",
        "21000004, 01020304"
    })
    void version2MayLeaveTheConnectionAsItIs(String fixed, String content) throws Exception {
        assertThat(receive(hex(SIGNATURE, fixed, content))).isNull();
    }

    @Test
    void socketsOfTheSameMachineHaveNoAddress() throws Exception {
        assertThat(receive(hex(SIGNATURE, "21", "31", "00d8", "00".repeat(216))))
                .isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "0d0a0d0a000d0a515549540b 21 11 000c, something else",
        "0d0a0d0a01, something else",
        "0d0a0d0a000d0a515549540a 11 11 000c, version 1",
        "0d0a0d0a000d0a515549540a 31 11 000c, version 3",
        "0d0a0d0a000d0a515549540a 22 11 000c, command 2",
        "0d0a0d0a000d0a515549540a 21 12 000c, transport protocol 2",
        "0d0a0d0a000d0a515549540a 21 10 000c, transport protocol 0",
        "0d0a0d0a000d0a515549540a 21 41 000c, address family 4",
        "0d0a0d0a000d0a515549540a 21 01 000c, address family 0",
        "0d0a0d0a000d0a515549540a 21 11 000b, too few",
        "0d0a0d0a000d0a515549540a 21 21 0023, too few",
        "0d0a0d0a000d0a515549540a 21 31 00d7, too few",
        "0d0a0d0a000d0a515549540a 21 11 1001, more than 4096",
        "0d0a0d0a000d0a515549540a 21 11 ffff, more than 4096"
    })
    void version2IsStrict(String fixed, String reason) throws Exception {
        refuse(Arrays.copyOf(hex(fixed.replace(" ", "")), fixed.length() < 20 ? 5 : 300), reason);
    }

    @Test
    void aHeaderThatIsCutOffIsRefused() throws Exception {
        byte[] cut = hex(SIGNATURE, "21", "11", "000c", "c0000201");
        ends.near.write(cut, 0, cut.length);
        ends.near.shutdownOutput();

        assertThatThrownBy(() -> ProxyHeader.read(ends.far)).isInstanceOf(EOFException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"V1", "V2"})
    void aHeaderMayComeByteByByte(ProxyProtocol version) throws Exception {
        InetSocketAddress source = address("192.0.2.1", 1234);
        InetSocketAddress destination = address("198.51.100.2", 443);
        byte[] header = header(version, source, destination);
        Task<Endpoints> reader = ends.start(() -> ProxyHeader.read(ends.far));
        for (byte each : header) {
            ends.near.write(new byte[] {each}, 0, 1);
        }
        ends.near.write(bytes("rest"), 0, 4);

        assertThat(reader.get()).isEqualTo(new Endpoints(source, destination));
        assertThat(read(ends.far, 4)).isEqualTo("rest");
    }

    @Test
    void aHeaderThatDoesNotComeEndsWithTheDeadline() throws Exception {
        ends.far.readDeadline(Duration.ofSeconds(3).toNanos());
        ends.near.write(bytes("PROXY "), 0, 6);
        Task<Endpoints> reader = ends.start(() -> ProxyHeader.read(ends.far)).awaitBlocked();

        ends.time.advance(Duration.ofMillis(3_100));

        assertThat(reader.failure()).isInstanceOf(WireTimeoutException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 198.51.100.2, TCP4 192.0.2.1 198.51.100.2",
        "2001:db8::1, ::1, TCP6 2001:db8:0:0:0:0:0:1 0:0:0:0:0:0:0:1",
        "2001:db8::1, 198.51.100.2, TCP6 2001:db8:0:0:0:0:0:1 0:0:0:0:0:ffff:c633:6402"
    })
    void whatIsWrittenIsReadAgain(String from, String to, String line) throws Exception {
        InetSocketAddress source = address(from, 0);
        InetSocketAddress destination = address(to, 65535);

        byte[] header = ProxyHeader.text(source, destination);
        assertThat(new String(header, StandardCharsets.ISO_8859_1)).isEqualTo("PROXY " + line + " 0 65535\r\n");
        assertThat(receive(header)).isEqualTo(new Endpoints(source, destination));
        assertThat(receive(ProxyHeader.binary(source, destination))).isEqualTo(new Endpoints(source, destination));
    }

    @Test
    void aHeaderNeedsAddresses() throws Exception {
        InetSocketAddress known = address("192.0.2.1", 1);
        InetSocketAddress unknown = InetSocketAddress.createUnresolved("a.test", 1);

        assertThatThrownBy(() -> ProxyHeader.text(known, unknown))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("destination")
                .hasMessageContaining("a.test");
    }

    @Test
    void damagedHeadersFailOnlyWithTheExpectedException() throws Exception {
        byte[] text = bytes("PROXY TCP6 2001:db8::1 ::ffff:192.0.2.1 1234 443\r\nGET");
        byte[] binary = ProxyHeader.binary(address("192.0.2.1", 1), address("192.0.2.2", 2));
        Random random = new Random(20_260_101);
        int refused = 0;
        for (int round = 0; round < 200_000; round++) {
            byte[] damaged = (random.nextBoolean() ? text : binary).clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            refused += parses(damaged) ? 0 : 1;
        }
        assertThat(refused).isBetween(50_000, 199_999);
    }

    private static boolean parses(byte[] bytes) {
        try {
            boolean first = bytes[0] == 'P';
            int end = first ? ProxyHeaderV1.end(bytes, bytes.length) : ProxyHeaderV2.end(bytes, bytes.length);
            if (end < 0 || end > bytes.length) {
                return false;
            }
            Endpoints ignored = first ? ProxyHeaderV1.parse(bytes, end) : ProxyHeaderV2.parse(bytes, end);
            return true;
        } catch (IOException expected) {
            return false;
        }
    }

    private static byte[] header(ProxyProtocol version, InetSocketAddress source, InetSocketAddress destination) {
        return version == ProxyProtocol.V1
                ? ProxyHeader.text(source, destination)
                : ProxyHeader.binary(source, destination);
    }
}
