package dev.sluice.proxy.transport.direct;

import static dev.sluice.proxy.http2.Http2Client.request;
import static dev.sluice.proxy.transport.direct.Http2Fixture.requireConnectionError;
import static dev.sluice.proxy.transport.direct.Http2Fixture.requireServes;
import static dev.sluice.proxy.transport.direct.Http2Fixture.requireStreamError;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.http1.OutputBuffer;
import dev.sluice.proxy.http2.ErrorCode;
import dev.sluice.proxy.http2.FrameWriter;
import dev.sluice.proxy.http2.Http2Client;
import dev.sluice.proxy.http2.Http2Client.Event;
import dev.sluice.proxy.testing.RawConnection;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What no client may send, and what the listener must answer to it (RFC 9113, RFC 7541): each rule as a row or a test. */
class Http2RulesTest {
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int PRIORITY = 2;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int PUSH_PROMISE = 5;
    private static final int PING = 6;
    private static final int GOAWAY = 7;
    private static final int WINDOW_UPDATE = 8;
    private static final int CONTINUATION = 9;

    private static final int ACK = 1;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;
    private static final int PADDED = 8;
    private static final int WITH_PRIORITY = 0x20;

    private static final int ENABLE_PUSH = 2;
    private static final int INITIAL_WINDOW_SIZE = 4;
    private static final int MAX_FRAME_SIZE = 5;

    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    /** GET / of http://a in fields without a table: the beginning of a block that the rest of a row follows. */
    private static final String GET = "82 86 84 41 01 61";

    /** The same of /wait. */
    private static final String WAIT = "82 86 04 05 2f 77 61 69 74 41 01 61";

    private Http2Fixture fixture;

    @BeforeEach
    void begin() throws Exception {
        fixture = new Http2Fixture();
    }

    @AfterEach
    void end() throws Exception {
        fixture.close();
    }

    /** What a row sends, on a connection whose preface has been sent. */
    @FunctionalInterface
    interface Steps {
        void send(Http2Client client) throws Exception;
    }

    private static Arguments row(String rule, ErrorCode code, Steps steps) {
        return arguments(rule, code, steps);
    }

    private static Steps frame(int type, int flags, int stream, String hex) {
        return client -> client.frame(type, flags, stream, hex(hex));
    }

    private static Steps settings(int id, int value) {
        return client -> client.frame(out -> FrameWriter.settings(out, id, value));
    }

    private static byte[] hex(String spaced) {
        return HexFormat.of().parseHex(spaced.replace(" ", ""));
    }

    /** Begins a request whose body has not ended. */
    private static Steps begun(Steps then) {
        return client -> {
            client.headers(1, false, request("POST", "/wait"));
            then.send(client);
        };
    }

    /** Sends a whole request for which a handler waits. */
    private static Steps asked(Steps then) {
        return client -> {
            client.get(1, "/wait");
            then.send(client);
        };
    }

    /** Begins a request, and resets it. */
    private static Steps reset(Steps then) {
        return begun(client -> {
            client.reset(1, ErrorCode.CANCEL);
            then.send(client);
        });
    }

    private static byte[] bytes(OutputBuffer block) {
        return Arrays.copyOf(block.bytes(), block.size());
    }

    static Stream<Arguments> connectionErrors() {
        return Stream.of(
                row(
                        "§4.2 DATA above the frame size",
                        ErrorCode.FRAME_SIZE_ERROR,
                        begun(client -> client.data(1, true, new byte[16_385]))),
                row(
                        "§4.2 HEADERS above the frame size",
                        ErrorCode.FRAME_SIZE_ERROR,
                        client -> client.frame(HEADERS, END_STREAM | END_HEADERS, 1, new byte[16_385])),
                row(
                        "§4.2 an unknown frame above the frame size",
                        ErrorCode.FRAME_SIZE_ERROR,
                        client -> client.frame(0x33, 0, 0, new byte[16_385])),
                row(
                        "§4.3 a block that cannot be decoded",
                        ErrorCode.COMPRESSION_ERROR,
                        frame(HEADERS, END_STREAM | END_HEADERS, 1, "be")),
                row(
                        "§4.3 trailers that cannot be decoded",
                        ErrorCode.COMPRESSION_ERROR,
                        begun(frame(HEADERS, END_STREAM | END_HEADERS, 1, "ff 40"))),
                row(
                        "§4.3 a block on a stream that was reset cannot be decoded",
                        ErrorCode.COMPRESSION_ERROR,
                        reset(frame(HEADERS, END_STREAM | END_HEADERS, 1, "ff 40"))),
                row("§4.3 another frame within a block", ErrorCode.PROTOCOL_ERROR, client -> {
                    client.frame(HEADERS, END_STREAM, 1, hex(GET));
                    client.frame(PING, 0, 0, new byte[8]);
                }),
                row("§5.1 DATA on an idle stream", ErrorCode.PROTOCOL_ERROR, frame(DATA, END_STREAM, 1, "61")),
                row(
                        "§5.1 RST_STREAM on an idle stream",
                        ErrorCode.PROTOCOL_ERROR,
                        client -> client.reset(1, ErrorCode.CANCEL)),
                row("§5.1 WINDOW_UPDATE on an idle stream", ErrorCode.PROTOCOL_ERROR, client -> client.window(1, 100)),
                row(
                        "§5.1 WINDOW_UPDATE by 0 on an idle stream, which must not be reset",
                        ErrorCode.PROTOCOL_ERROR,
                        frame(WINDOW_UPDATE, 0, 1, "00000000")),
                row(
                        "§5.1 PRIORITY of a wrong length on an idle stream, which must not be reset",
                        ErrorCode.FRAME_SIZE_ERROR,
                        frame(PRIORITY, 0, 1, "00000000")),
                row(
                        "§5.1 PRIORITY of an idle stream on itself, which must not be reset",
                        ErrorCode.PROTOCOL_ERROR,
                        frame(PRIORITY, 0, 1, "0000000100")),
                row(
                        "§5.1 CONTINUATION on an idle stream",
                        ErrorCode.PROTOCOL_ERROR,
                        frame(CONTINUATION, END_HEADERS, 1, GET)),
                row(
                        "§5.1 DATA on a stream of the server's",
                        ErrorCode.PROTOCOL_ERROR,
                        frame(DATA, END_STREAM, 2, "61")),
                row(
                        "§5.1 CONTINUATION on a stream whose fields have ended",
                        ErrorCode.PROTOCOL_ERROR,
                        begun(frame(CONTINUATION, END_HEADERS, 1, GET))),
                row(
                        "§5.1 CONTINUATION on a stream that has been asked",
                        ErrorCode.PROTOCOL_ERROR,
                        asked(frame(CONTINUATION, END_HEADERS, 1, GET))),
                row(
                        "§5.1 CONTINUATION on a stream that was reset",
                        ErrorCode.PROTOCOL_ERROR,
                        reset(frame(CONTINUATION, END_HEADERS, 1, GET))),
                row("§5.1.1 a stream with an even number", ErrorCode.PROTOCOL_ERROR, client -> client.get(2, "/")),
                row("§5.1.1 a stream with a lower number than one before", ErrorCode.PROTOCOL_ERROR, client -> {
                    client.get(5, "/wait");
                    client.get(3, "/wait");
                }),
                row("§5.1.1 a stream just below a far higher one", ErrorCode.PROTOCOL_ERROR, client -> {
                    client.get(100_001, "/wait");
                    client.get(99_999, "/wait");
                }),
                row("§6.1 DATA without a stream", ErrorCode.PROTOCOL_ERROR, frame(DATA, END_STREAM, 0, "61")),
                row(
                        "§6.1 DATA with a padding as long as the frame",
                        ErrorCode.PROTOCOL_ERROR,
                        begun(frame(DATA, PADDED, 1, "05 61616161"))),
                row(
                        "§6.1 padded DATA without the length of the padding",
                        ErrorCode.FRAME_SIZE_ERROR,
                        begun(frame(DATA, PADDED, 1, ""))),
                row(
                        "§6.2 HEADERS without a stream",
                        ErrorCode.PROTOCOL_ERROR,
                        frame(HEADERS, END_STREAM | END_HEADERS, 0, GET)),
                row(
                        "§6.2 HEADERS with a padding that is too long",
                        ErrorCode.PROTOCOL_ERROR,
                        frame(HEADERS, END_STREAM | END_HEADERS | PADDED, 1, "07" + GET)),
                row(
                        "§6.2 HEADERS too short for their priority",
                        ErrorCode.FRAME_SIZE_ERROR,
                        frame(HEADERS, END_STREAM | END_HEADERS | WITH_PRIORITY, 1, "00000000")),
                row("§6.2 HEADERS within the block of another stream", ErrorCode.PROTOCOL_ERROR, client -> {
                    client.frame(HEADERS, END_STREAM, 1, hex(GET));
                    client.get(3, "/");
                }),
                row("§6.3 PRIORITY without a stream", ErrorCode.PROTOCOL_ERROR, frame(PRIORITY, 0, 0, "0000000110")),
                row("§6.4 RST_STREAM without a stream", ErrorCode.PROTOCOL_ERROR, frame(RST_STREAM, 0, 0, "00000008")),
                row("§6.4 RST_STREAM of 3 bytes", ErrorCode.FRAME_SIZE_ERROR, begun(frame(RST_STREAM, 0, 1, "000008"))),
                row(
                        "§6.4 RST_STREAM of 5 bytes",
                        ErrorCode.FRAME_SIZE_ERROR,
                        begun(frame(RST_STREAM, 0, 1, "0000000800"))),
                row("§6.5 SETTINGS for a stream", ErrorCode.PROTOCOL_ERROR, begun(frame(SETTINGS, 0, 1, ""))),
                row("§6.5 SETTINGS of 3 bytes", ErrorCode.FRAME_SIZE_ERROR, frame(SETTINGS, 0, 0, "000300")),
                row(
                        "§6.5 an acknowledgement with a setting",
                        ErrorCode.FRAME_SIZE_ERROR,
                        frame(SETTINGS, ACK, 0, "000300000001")),
                row("§6.5.2 ENABLE_PUSH of 2", ErrorCode.PROTOCOL_ERROR, settings(ENABLE_PUSH, 2)),
                row(
                        "§6.5.2 INITIAL_WINDOW_SIZE of 2^31",
                        ErrorCode.FLOW_CONTROL_ERROR,
                        settings(INITIAL_WINDOW_SIZE, Integer.MIN_VALUE)),
                row("§6.5.2 MAX_FRAME_SIZE below 2^14", ErrorCode.PROTOCOL_ERROR, settings(MAX_FRAME_SIZE, 16_383)),
                row("§6.5.2 MAX_FRAME_SIZE of 2^24", ErrorCode.PROTOCOL_ERROR, settings(MAX_FRAME_SIZE, 1 << 24)),
                row(
                        "§8.4 PUSH_PROMISE",
                        ErrorCode.PROTOCOL_ERROR,
                        begun(frame(PUSH_PROMISE, END_HEADERS, 1, "00000002" + GET))),
                row("§6.7 PING for a stream", ErrorCode.PROTOCOL_ERROR, begun(frame(PING, 0, 1, "0000000000000000"))),
                row("§6.7 PING of 6 bytes", ErrorCode.FRAME_SIZE_ERROR, frame(PING, 0, 0, "000000000000")),
                row("§6.7 PING of 9 bytes", ErrorCode.FRAME_SIZE_ERROR, frame(PING, 0, 0, "000000000000000000")),
                row(
                        "§6.8 GOAWAY for a stream",
                        ErrorCode.PROTOCOL_ERROR,
                        begun(frame(GOAWAY, 0, 1, "0000000000000000"))),
                row("§6.8 GOAWAY of 7 bytes", ErrorCode.FRAME_SIZE_ERROR, frame(GOAWAY, 0, 0, "00000000000000")),
                row("§6.9 WINDOW_UPDATE of 3 bytes", ErrorCode.FRAME_SIZE_ERROR, frame(WINDOW_UPDATE, 0, 0, "000001")),
                row(
                        "§6.9 WINDOW_UPDATE of 5 bytes for a stream",
                        ErrorCode.FRAME_SIZE_ERROR,
                        begun(frame(WINDOW_UPDATE, 0, 1, "0000000100"))),
                row(
                        "§6.9 WINDOW_UPDATE by 0 of the connection",
                        ErrorCode.PROTOCOL_ERROR,
                        frame(WINDOW_UPDATE, 0, 0, "00000000")),
                row(
                        "§6.9.1 a window of the connection above 2^31-1",
                        ErrorCode.FLOW_CONTROL_ERROR,
                        client -> client.window(0, Integer.MAX_VALUE)),
                row("§6.9.1 the same in many steps", ErrorCode.FLOW_CONTROL_ERROR, client -> {
                    for (int i = 0; i < 4; i++) {
                        client.window(0, 1 << 29);
                    }
                }),
                row(
                        "§6.9.2 INITIAL_WINDOW_SIZE that makes the window of a stream too large",
                        ErrorCode.FLOW_CONTROL_ERROR,
                        begun(client -> {
                            client.window(1, Integer.MAX_VALUE - 65_535);
                            client.frame(out -> FrameWriter.settings(out, INITIAL_WINDOW_SIZE, 65_536));
                        })),
                row("§6.10 CONTINUATION without a stream", ErrorCode.PROTOCOL_ERROR, client -> {
                    client.frame(HEADERS, END_STREAM, 1, hex(GET));
                    client.frame(CONTINUATION, END_HEADERS, 0, hex(""));
                }),
                row("§6.10 CONTINUATION of another stream", ErrorCode.PROTOCOL_ERROR, client -> {
                    client.frame(HEADERS, END_STREAM, 1, hex(GET));
                    client.frame(CONTINUATION, END_HEADERS, 3, hex(""));
                }),
                row("§6.10 CONTINUATION behind one that ends the block", ErrorCode.PROTOCOL_ERROR, client -> {
                    client.frame(HEADERS, END_STREAM, 1, hex(GET));
                    client.frame(CONTINUATION, END_HEADERS, 1, hex(""));
                    client.frame(CONTINUATION, END_HEADERS, 1, hex(""));
                }),
                row("§6.10 CONTINUATION behind DATA", ErrorCode.PROTOCOL_ERROR, begun(client -> {
                    client.data(1, false, "a");
                    client.frame(CONTINUATION, END_HEADERS, 1, hex(""));
                })),
                row("§6.10 an unknown frame within a block", ErrorCode.PROTOCOL_ERROR, client -> {
                    client.frame(HEADERS, END_STREAM, 1, hex(GET));
                    client.frame(0x33, 0, 1, hex("00"));
                }));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("connectionErrors")
    void theConnectionEndsAndSaysWhy(String rule, ErrorCode code, Steps steps) throws Exception {
        Http2Client client = fixture.client();
        steps.send(client);
        requireConnectionError(client, code);
        assertThat(client.others()).noneMatch(each -> each.kind().equals("RST_STREAM"));
    }

    static Stream<Arguments> undecodable() {
        return Stream.of(
                arguments("RFC 7541 §2.3.3 index 0", "80"),
                arguments("RFC 7541 §2.3.3 index 63 of a table with one field", "bf"),
                arguments("RFC 7541 §2.3.3 a name of index 63 of a table with one field", "7f 00 01 61"),
                arguments("RFC 7541 §4.2 a change of the table's size behind a field", "20"),
                arguments("RFC 7541 §5.1 a number of more than 31 bits", "ff ff ff ff ff 7f"),
                arguments("RFC 7541 §5.1 a number that does not end", "ff ff"),
                arguments("RFC 7541 §5.2 a string that is longer than the block", "00 7f 61"),
                arguments("RFC 7541 §5.2 the end of the string in its code", "00 01 61 84 ff ff ff ff"),
                arguments("RFC 7541 §5.2 a padding of 8 bits", "00 01 61 82 1f ff"),
                arguments("RFC 7541 §5.2 a padding with a zero", "00 01 61 81 18"),
                arguments("RFC 7541 §6.2 a name without a value", "00 01 61"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("undecodable")
    void aBlockThatCannotBeDecodedEndsTheConnection(String rule, String hex) throws Exception {
        Http2Client client = fixture.client();
        client.frame(HEADERS, END_STREAM | END_HEADERS, 1, hex(GET + hex));
        requireConnectionError(client, ErrorCode.COMPRESSION_ERROR);
    }

    @Test
    void aTableThatIsLargerThanAllowedEndsTheConnection() throws Exception {
        Http2Client client = fixture.client();
        // RFC 7541 §6.3: 4,097 bytes.
        client.frame(HEADERS, END_STREAM | END_HEADERS, 1, hex("3f e2 1f" + GET));
        requireConnectionError(client, ErrorCode.COMPRESSION_ERROR);
    }

    @Test
    void aTableMayBeMadeSmallerAndLargerBeforeTheFields() throws Exception {
        Http2Client client = fixture.client();
        client.frame(HEADERS, END_STREAM | END_HEADERS, 1, hex("20 3f e1 1f" + GET));
        assertThat(client.head(1)).startsWith(":status: 200\n");
    }

    static Stream<Arguments> streamErrors() {
        return Stream.of(
                row(
                        "§5.1 DATA on a stream that has been asked",
                        ErrorCode.STREAM_CLOSED,
                        asked(client -> client.data(1, true, "a"))),
                row(
                        "§5.1 HEADERS on a stream that has been asked",
                        ErrorCode.STREAM_CLOSED,
                        asked(client -> client.headers(1, true, "x-a", "1"))),
                row("§5.1 DATA behind trailers", ErrorCode.STREAM_CLOSED, begun(client -> {
                    client.headers(1, true, "x-a", "1");
                    client.data(1, true, "a");
                })),
                row(
                        "§5.1 DATA on a stream that the client has reset",
                        ErrorCode.STREAM_CLOSED,
                        reset(client -> client.data(1, true, "a"))),
                row(
                        "§5.1 HEADERS on a stream that the client has reset",
                        ErrorCode.STREAM_CLOSED,
                        reset(client -> client.headers(1, true, request("GET", "/")))),
                row(
                        "RFC 7540 §5.3.1 HEADERS that depend on themselves",
                        ErrorCode.PROTOCOL_ERROR,
                        frame(HEADERS, END_HEADERS | WITH_PRIORITY, 1, "0000000110" + WAIT)),
                row(
                        "RFC 7540 §5.3.1 PRIORITY that depends on itself",
                        ErrorCode.PROTOCOL_ERROR,
                        begun(frame(PRIORITY, 0, 1, "0000000110"))),
                row("§6.3 PRIORITY of 4 bytes", ErrorCode.FRAME_SIZE_ERROR, begun(frame(PRIORITY, 0, 1, "00000000"))),
                row(
                        "§6.9 WINDOW_UPDATE by 0 of a stream",
                        ErrorCode.PROTOCOL_ERROR,
                        begun(frame(WINDOW_UPDATE, 0, 1, "00000000"))),
                row(
                        "§6.9 the same with the reserved bit",
                        ErrorCode.PROTOCOL_ERROR,
                        begun(frame(WINDOW_UPDATE, 0, 1, "80000000"))),
                row(
                        "§6.9.1 a window of a stream above 2^31-1",
                        ErrorCode.FLOW_CONTROL_ERROR,
                        begun(client -> client.window(1, Integer.MAX_VALUE))),
                row("§6.9.1 the same in two steps", ErrorCode.FLOW_CONTROL_ERROR, begun(client -> {
                    client.window(1, 1 << 30);
                    client.window(1, 1 << 30);
                })),
                row("§6.9.1 more DATA than the window", ErrorCode.FLOW_CONTROL_ERROR, begun(client -> {
                    for (int i = 0; i < 5; i++) {
                        client.data(1, false, new byte[16_384]);
                    }
                })),
                row("§6.9.1 more padding than the window", ErrorCode.FLOW_CONTROL_ERROR, begun(client -> {
                    byte[] padded = new byte[256];
                    padded[0] = (byte) 255;
                    // The padding of what was not read is given back when half of the window is used: 1 byte each is
                    // not.
                    for (int i = 0; i < 4; i++) {
                        client.data(1, false, new byte[16_384]);
                    }
                    client.frame(DATA, PADDED, 1, padded);
                })),
                row("§8.1 trailers that do not end the stream", ErrorCode.PROTOCOL_ERROR, begun(client -> {
                    client.data(1, false, "a");
                    client.headers(1, false, "x-a", "1");
                })),
                row(
                        "§8.1 a second head that does not end the stream",
                        ErrorCode.PROTOCOL_ERROR,
                        begun(client -> client.headers(1, false, request("POST", "/")))),
                row(
                        "§8.1 trailers with a pseudo-field",
                        ErrorCode.PROTOCOL_ERROR,
                        begun(client -> client.headers(1, true, ":method", "GET"))),
                row(
                        "§8.1 trailers with an unknown pseudo-field",
                        ErrorCode.PROTOCOL_ERROR,
                        begun(client -> client.headers(1, true, "x-a", "1", ":x", "GET"))),
                row(
                        "§8.2.1 trailers with an upper-case name",
                        ErrorCode.PROTOCOL_ERROR,
                        begun(client -> client.headers(1, true, "X-A", "1"))),
                row(
                        "§8.2.2 trailers with a field of a connection",
                        ErrorCode.PROTOCOL_ERROR,
                        begun(client -> client.headers(1, true, "connection", "x-a"))),
                row("§8.1.1 less DATA than content-length", ErrorCode.PROTOCOL_ERROR, client -> {
                    client.headers(1, false, request("POST", "/wait", "content-length", "2"));
                    client.data(1, true, "a");
                }),
                row("§8.1.1 more DATA than content-length", ErrorCode.PROTOCOL_ERROR, client -> {
                    client.headers(1, false, request("POST", "/wait", "content-length", "2"));
                    client.data(1, false, "abc");
                }),
                row("§8.1.1 less DATA than content-length in two frames", ErrorCode.PROTOCOL_ERROR, client -> {
                    client.headers(1, false, request("POST", "/wait", "content-length", "4"));
                    client.data(1, false, "a");
                    client.data(1, true, "b");
                }),
                row("§8.1.1 more DATA than content-length in two frames", ErrorCode.PROTOCOL_ERROR, client -> {
                    client.headers(1, false, request("POST", "/wait", "content-length", "2"));
                    client.data(1, false, "ab");
                    client.data(1, true, "c");
                }),
                row("§8.1.1 trailers before content-length is reached", ErrorCode.PROTOCOL_ERROR, client -> {
                    client.headers(1, false, request("POST", "/wait", "content-length", "4"));
                    client.data(1, false, "a");
                    client.headers(1, true, "x-a", "1");
                }),
                row(
                        "§8.1.1 content-length and no DATA",
                        ErrorCode.PROTOCOL_ERROR,
                        client -> client.headers(1, true, request("POST", "/wait", "content-length", "1"))));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("streamErrors")
    void theStreamEndsAndTheConnectionServesTheNext(String rule, ErrorCode code, Steps steps) throws Exception {
        Http2Client client = fixture.client();
        steps.send(client);
        requireStreamError(client, 1, code);
    }

    static Stream<Arguments> malformed() {
        return Stream.of(
                fields("§8.2.1 an upper-case name", request("GET", "/", "X-A", "1")),
                fields("§8.2.1 a name with a space", request("GET", "/", "x a", "1")),
                fields("§8.2.1 a name with a colon", request("GET", "/", "x:a", "1")),
                fields("§8.2.1 an empty name", request("GET", "/", "", "1")),
                fields("§8.2.1 a name that is not ASCII", request("GET", "/", "x-\u00e4", "1")),
                fields("§8.2.1 a value with CR", request("GET", "/", "x-a", "1\rb")),
                fields("§8.2.1 a value with LF", request("GET", "/", "x-a", "1\nb")),
                fields("§8.2.1 a value with NUL", request("GET", "/", "x-a", "1\u0000b")),
                fields("§8.2.1 a value that begins with a space", request("GET", "/", "x-a", " 1")),
                fields("§8.2.1 a value that ends with a tab", request("GET", "/", "x-a", "1\t")),
                fields("§8.2.2 connection", request("GET", "/", "connection", "keep-alive")),
                fields("§8.2.2 proxy-connection", request("GET", "/", "proxy-connection", "keep-alive")),
                fields("§8.2.2 keep-alive", request("GET", "/", "keep-alive", "timeout=5")),
                fields("§8.2.2 transfer-encoding", request("GET", "/", "transfer-encoding", "chunked")),
                fields("§8.2.2 upgrade", request("GET", "/", "upgrade", "h2c")),
                fields("§8.2.2 te with another value than trailers", request("GET", "/", "te", "trailers, deflate")),
                fields("§8.3 an unknown pseudo-field", request("GET", "/", ":a", "1")),
                fields(
                        "§8.3 an unknown pseudo-field before the others",
                        ":a",
                        "1",
                        ":method",
                        "GET",
                        ":scheme",
                        "http",
                        ":path",
                        "/"),
                fields(
                        "§8.3 a pseudo-field of a response",
                        ":status",
                        "200",
                        ":method",
                        "GET",
                        ":scheme",
                        "http",
                        ":path",
                        "/"),
                fields(
                        "§8.3 a pseudo-field behind a field",
                        ":method",
                        "GET",
                        ":scheme",
                        "http",
                        "x-a",
                        "1",
                        ":path",
                        "/"),
                fields("§8.3.1 without :method", ":scheme", "http", ":path", "/", ":authority", "a.test"),
                fields("§8.3.1 without :scheme", ":method", "GET", ":path", "/", ":authority", "a.test"),
                fields("§8.3.1 without :path", ":method", "GET", ":scheme", "http", ":authority", "a.test"),
                fields("§8.3.1 without any field", new String[0]),
                fields("§8.3.1 :method twice", request("GET", "/", ":method", "GET")),
                fields(
                        "§8.3.1 :method twice, at once",
                        ":method",
                        "GET",
                        ":method",
                        "GET",
                        ":scheme",
                        "http",
                        ":path",
                        "/"),
                fields("§8.3.1 :scheme twice", ":method", "GET", ":scheme", "http", ":scheme", "http", ":path", "/"),
                fields("§8.3.1 :path twice", ":method", "GET", ":scheme", "http", ":path", "/", ":path", "/"),
                fields("§8.3.1 :authority twice", request("GET", "/", ":authority", "a.test")),
                fields("§8.3.1 a :scheme that is a URL", ":method", "GET", ":scheme", "http://b.test/?", ":path", "/"),
                fields("§8.3.1 a :scheme that begins with a digit", ":method", "GET", ":scheme", "1http", ":path", "/"),
                fields("§8.3.1 an empty :path", request("GET", "")),
                fields("§8.3.1 an empty :method", request("", "/")),
                fields("§8.3.1 a :method with a space", request("GET /", "/")),
                fields("§8.3.1 a :path with a space", request("GET", "/a b")),
                fields("§8.3.1 a :path that ends a line", request("GET", "/a\r\nx: y")),
                fields("§8.3.1 a :path without a slash", request("GET", "a")),
                fields("§8.3.1 a :path with an absolute target", request("GET", "http://b.test/")),
                fields("§8.3.1 :path * without OPTIONS", request("GET", "*")),
                fields("§8.3.1 :authority and host that differ", request("GET", "/", "host", "b.test")),
                fields("§8.3.1 host twice", request("GET", "/", "host", "a.test", "host", "a.test")),
                fields("§8.5 CONNECT with :path", ":method", "CONNECT", ":authority", "a.test:1", ":path", "/"),
                fields("§8.5 CONNECT with :scheme", ":method", "CONNECT", ":authority", "a.test:1", ":scheme", "http"),
                fields("§8.5 CONNECT without :authority", ":method", "CONNECT"),
                fields("RFC 8441 §4 :protocol without CONNECT", request("GET", "/", ":protocol", "websocket")),
                fields(
                        "RFC 8441 §4 :protocol without :path",
                        ":method",
                        "CONNECT",
                        ":protocol",
                        "websocket",
                        ":authority",
                        "a.test"));
    }

    private static Arguments fields(String rule, String... fields) {
        return arguments(rule, fields);
    }

    /** RFC 9113 §8.1.1: it may be answered, and is a stream error; nobody gets it as a request. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("malformed")
    void aMalformedRequestIsAnsweredAndItsStreamIsReset(String rule, String[] fields) throws Exception {
        Http2Client client = fixture.client();
        client.headers(1, true, fields);
        assertThat(client.head(1)).startsWith(":status: 400\n");
        requireStreamError(client, 1, ErrorCode.PROTOCOL_ERROR);
        assertThat(fixture.handlers.served().target().toString()).isEqualTo("/");
        assertThat(fixture.requests).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"user@a.test", "a.test:x", "a b", "", "a.test/"})
    void anAuthorityThatIsNoneIsRefused(String authority) throws Exception {
        Http2Client client = fixture.client();
        client.headers(1, true, ":method", "GET", ":scheme", "http", ":path", "/", ":authority", authority);
        assertThat(client.head(1)).startsWith(":status: 400\n");
        requireServes(client, 3);
        fixture.handlers.served();
        assertThat(fixture.requests).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "-1", "+1", "1,1", "1 ", "", "99999999999999999999"})
    void aContentLengthThatIsNoneIsRefused(String length) throws Exception {
        Http2Client client = fixture.client();
        client.headers(1, false, request("POST", "/", "content-length", length));
        assertThat(client.head(1)).startsWith(":status: 400\n");
        requireServes(client, 3);
        fixture.handlers.served();
        assertThat(fixture.requests).isEmpty();
    }

    @Test
    void twoContentLengthsAreRefused() throws Exception {
        Http2Client client = fixture.client();
        client.headers(1, false, request("POST", "/", "content-length", "1", "content-length", "2"));
        assertThat(client.head(1)).startsWith(":status: 400\n");
        requireServes(client, 3);
    }

    @Test
    void whoReadsABodyOfAnotherLengthDoesNotTakeItForTheWhole() throws Exception {
        Http2Client client = fixture.client();
        client.headers(1, false, request("POST", "/read", "content-length", "5"));
        client.data(1, true, "abc");
        assertThat(client.await("RST_STREAM", 1).text()).isEqualTo("PROTOCOL_ERROR");
        assertThat(fixture.body()).isEqualTo("failed");
    }

    @Test
    void aBodyOfTheRightLengthIsTakenInAnyFrames() throws Exception {
        Http2Client client = fixture.client();
        client.headers(1, false, request("POST", "/read", "content-length", "5"));
        client.data(1, false, "abc");
        client.data(1, false, "");
        client.data(1, false, "de");
        client.data(1, true, "");
        assertThat(client.body(1)).startsWith(":status: 200\n").contains("abcde");
        client.headers(3, true, request("POST", "/read", "content-length", "0"));
        assertThat(client.head(3)).startsWith(":status: 200\n");
    }

    /** RFC 9113 §3.4: each byte of the preface counts; what is no preface is no request of HTTP/1.1 either. */
    @ParameterizedTest
    @ValueSource(ints = {0, 3, 4, 6, 13, 15, 17, 18, 20, 23})
    void anInvalidPrefaceEndsTheConnection(int wrong) throws Exception {
        byte[] preface = PREFACE.getBytes(StandardCharsets.US_ASCII);
        preface[wrong] = 'X';
        RawConnection connection =
                fixture.opened(RawConnection.connect(fixture.server().address()));
        connection.write(preface);
        connection.shutdownOutput();
        assertThat(connection.readAll()).matches("(?s)HTTP/1.1 (400|505) .*|");
        assertThat(fixture.requests).isEmpty();
    }

    static Stream<Arguments> firstFrames() {
        return Stream.of(
                arguments("HEADERS", (Steps) client -> client.get(1, "/")),
                arguments("PING", frame(PING, 0, 0, "0000000000000000")),
                arguments("WINDOW_UPDATE", frame(WINDOW_UPDATE, 0, 0, "00000001")),
                arguments("WINDOW_UPDATE by 0 of a stream", frame(WINDOW_UPDATE, 0, 1, "00000000")),
                arguments("PRIORITY", frame(PRIORITY, 0, 1, "0000000010")),
                arguments("GOAWAY", frame(GOAWAY, 0, 0, "0000000000000000")),
                arguments("an acknowledgement of SETTINGS", frame(SETTINGS, ACK, 0, "")),
                arguments("an unknown frame", frame(0x33, 0, 0, "00")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("firstFrames")
    void theFirstFrameIsSettings(String first, Steps steps) throws Exception {
        Http2Client client = silent();
        client.raw(PREFACE.getBytes(StandardCharsets.US_ASCII));
        steps.send(client);
        requireConnectionError(client, ErrorCode.PROTOCOL_ERROR);
        assertThat(fixture.requests).isEmpty();
    }

    private Http2Client silent() throws Exception {
        return fixture.opened(Http2Client.silent(new Socket(
                fixture.server().address().getAddress(),
                fixture.server().address().getPort())));
    }

    @Test
    void theServersFirstFrameIsItsSettingsAndItAcknowledgesThoseOfTheClient() throws Exception {
        Http2Client client = fixture.client();
        assertThat(client.others().get(0).kind()).isEqualTo("SETTING");
        client.frame(out -> FrameWriter.settings(out, ENABLE_PUSH, 0));
        assertThat(client.await("SETTINGS").text()).isEqualTo("acknowledged");
    }

    @Test
    void aPingIsAnsweredWithItsBytesAndAnAnswerIsNot() throws Exception {
        Http2Client client = fixture.client();
        client.frame(out -> FrameWriter.ping(out, 0x0102030405060708L, true));
        client.frame(out -> FrameWriter.ping(out, 0x1112131415161718L, false));
        Event answer = client.await("PING");
        assertThat(answer.text()).isEqualTo("answer");
        assertThat(answer.number()).isEqualTo(0x1112131415161718L);
        requireServes(client, 1);
        assertThat(client.others()).noneMatch(each -> each.kind().equals("PING"));
    }

    static Stream<Arguments> allowed() {
        return Stream.of(
                arguments("§4.1 an unknown frame", begun(frame(0x33, 0xff, 1, "0102"))),
                arguments("§4.1 an unknown frame without a stream", frame(0x33, 0xff, 0, "")),
                arguments("§4.1 an unknown frame of an idle stream", frame(0x33, 0xff, 9, "")),
                arguments("§4.1 flags that are not defined", frame(PING, 0xfe, 0, "0000000000000000")),
                arguments("§4.1 the reserved bit", frame(PING, 0, Integer.MIN_VALUE, "0000000000000000")),
                arguments("§4.2 an unknown frame of the largest size", (Steps)
                        client -> client.frame(0x33, 0, 0, new byte[16_384])),
                arguments("§5.1 PRIORITY of an idle stream", frame(PRIORITY, 0, 9, "0000000010")),
                arguments("§5.1 PRIORITY of a stream that has been asked", asked(frame(PRIORITY, 0, 1, "0000000310"))),
                arguments("§5.1 PRIORITY of a stream that was reset", reset(frame(PRIORITY, 0, 1, "0000000310"))),
                arguments("§5.1 WINDOW_UPDATE of a stream that has been asked", asked(client -> client.window(1, 1))),
                arguments("§5.1 WINDOW_UPDATE of a stream that was reset", reset(client -> client.window(1, 1))),
                arguments(
                        "§5.1 RST_STREAM of a stream that was reset",
                        reset(client -> client.reset(1, ErrorCode.CANCEL))),
                arguments("§5.4.2 RST_STREAM with an unknown code", begun(frame(RST_STREAM, 0, 1, "000000ff"))),
                arguments("§6.1 DATA with nothing but padding", begun(frame(DATA, PADDED, 1, "03 000000"))),
                arguments("§6.5.2 an unknown setting", settings(0xff, 1)),
                arguments("§6.5.2 the largest window", settings(INITIAL_WINDOW_SIZE, Integer.MAX_VALUE)),
                arguments("§6.5.2 the largest frame size", settings(MAX_FRAME_SIZE, (1 << 24) - 1)),
                arguments("§6.5.2 no push", settings(ENABLE_PUSH, 0)),
                arguments("§6.5 no settings", frame(SETTINGS, 0, 0, "")),
                arguments("§6.9.1 the largest window of the connection", (Steps)
                        client -> client.window(0, Integer.MAX_VALUE - 65_535)),
                arguments(
                        "§6.9.1 the largest window of a stream",
                        begun(client -> client.window(1, Integer.MAX_VALUE - 65_535))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("allowed")
    void whatIsAllowedHasNoAnswer(String rule, Steps steps) throws Exception {
        Http2Client client = fixture.client();
        steps.send(client);
        requireServes(client, 1001);
        assertThat(client.others()).noneMatch(each -> each.kind().equals("RST_STREAM"));
    }

    @Test
    void aBlockMayComeInPieces() throws Exception {
        Http2Client client = fixture.client();
        byte[] block = bytes(client.block(request("POST", "/read", "x-a", "1", "x-b", "2")));
        client.frame(HEADERS, 0, 1, new byte[0]);
        for (int i = 0; i < block.length; i++) {
            client.frame(CONTINUATION, 0, 1, new byte[] {block[i]});
        }
        client.frame(CONTINUATION, END_HEADERS, 1, new byte[0]);
        assertThat(fixture.handlers.served().headers().first("x-b")).contains("2");
        byte[] trailers = bytes(client.block("x-sum", "7"));
        client.frame(HEADERS, END_STREAM, 1, Arrays.copyOf(trailers, 1));
        client.frame(CONTINUATION, END_HEADERS, 1, Arrays.copyOfRange(trailers, 1, trailers.length));
        assertThat(fixture.body()).contains("x-sum");
        requireServes(client, 3);
    }

    @Test
    void paddingAndPriorityOfHeadersAreTakenOff() throws Exception {
        Http2Client client = fixture.client();
        client.frame(
                HEADERS, END_STREAM | END_HEADERS | PADDED | WITH_PRIORITY, 1, hex("03 80000003 10" + GET + "000000"));
        assertThat(client.head(1)).startsWith(":status: 200\n");
    }

    @Test
    void aStreamThatHasEndedOnBothSidesIsClosed() throws Exception {
        for (Steps late : new Steps[] {
            client -> client.data(1, true, "a"),
            client -> client.headers(1, true, request("GET", "/")),
            client -> client.headers(1, true, "x-a", "1")
        }) {
            Http2Client client = fixture.client();
            requireServes(client, 1);
            fixture.records.awaitEnded(1);
            requireServes(client, 3);
            late.send(client);
            requireConnectionError(client, ErrorCode.STREAM_CLOSED);
        }
    }

    @Test
    void whatMayFollowAStreamThatHasEndedOnBothSides() throws Exception {
        Http2Client client = fixture.client();
        requireServes(client, 1);
        fixture.records.awaitEnded(1);
        client.window(1, 10);
        client.reset(1, ErrorCode.NO_ERROR);
        client.frame(PRIORITY, 0, 1, hex("0000000010"));
        requireServes(client, 3);
        assertThat(client.others()).noneMatch(each -> each.kind().equals("RST_STREAM"));
    }

    @Test
    void whatIsOnItsWayToAStreamThatTheServerHasResetIsNoFault() throws Exception {
        Http2Client client = fixture.client();
        client.headers(1, false, request("POST", "/early"));
        assertThat(fixture.givenUp(client, 1)).isEqualTo("NO_ERROR");
        client.data(1, false, "late");
        client.window(1, 10);
        client.headers(1, true, "x-late", "1");
        client.reset(1, ErrorCode.CANCEL);
        requireServes(client, 3);
        assertThat(client.others()).noneMatch(each -> each.kind().equals("RST_STREAM"));
        // The table has the field of the trailers that nobody wanted (RFC 9113 §4.3).
        client.get(5, "/", "x-late", "1");
        assertThat(client.head(5)).startsWith(":status: 200\n");
        fixture.handlers.served();
        assertThat(fixture.handlers.served().headers().first("x-late")).contains("1");
    }

    /** Whether a handler answers before it has read the request is a matter of time, and what the rest is must not depend on it. */
    @ParameterizedTest
    @ValueSource(strings = {"DATA", "trailers", "HEADERS"})
    void aRequestThatIsAnsweredEarlyIsStillMalformed(String rest) throws Exception {
        Http2Client client = fixture.client();
        client.headers(1, false, request("POST", "/early", "content-length", "1"));
        assertThat(client.body(1)).endsWith("early");
        switch (rest) {
            case "DATA" -> client.data(1, true, "ab");
            case "trailers" -> client.headers(1, true, ":method", "GET");
            default -> client.headers(1, false, "x-a", "1");
        }
        requireStreamError(client, 1, ErrorCode.PROTOCOL_ERROR);
    }

    @Test
    void behindItsOwnResetTheClientMaySendNothing() throws Exception {
        Http2Client client = fixture.client();
        client.headers(1, false, request("POST", "/early"));
        assertThat(fixture.givenUp(client, 1)).isEqualTo("NO_ERROR");
        client.reset(1, ErrorCode.CANCEL);
        client.data(1, false, "late");
        requireStreamError(client, 1, ErrorCode.STREAM_CLOSED);
    }

    @Test
    void aLateFrameOfAStreamThatWasPassedOverEndsTheConnection() throws Exception {
        Http2Client client = fixture.client();
        requireServes(client, 7);
        client.data(5, true, "a");
        requireConnectionError(client, ErrorCode.STREAM_CLOSED);
    }

    @Test
    void moreStreamsThanAreAllowedAreRefusedAndNotBegun() throws Exception {
        fixture.close();
        fixture = new Http2Fixture(Http2.builder().streams(1));
        Http2Client client = fixture.client();
        fixture.begun(client, 1);
        client.get(3, "/");
        assertThat(client.await("RST_STREAM", 3).text()).isEqualTo("REFUSED_STREAM");
        assertThat(fixture.requests).isEmpty();
    }

    @Test
    void theLastStreamOfAGoAwayIsTheLastThatWasOpened() throws Exception {
        Http2Client client = fixture.client();
        fixture.begun(client, 1);
        fixture.begun(client, 7);
        client.frame(PING, 0, 1, new byte[8]);
        assertThat(requireConnectionError(client, ErrorCode.PROTOCOL_ERROR).number())
                .isEqualTo(7);
        assertThat(fixture.body()).isEqualTo("cancelled: CLIENT_LEFT");
        assertThat(fixture.body()).isEqualTo("cancelled: CLIENT_LEFT");
    }

    /** RFC 9113 §6.8: it must not grow, or the client does not send again what nobody has begun. */
    @Test
    void theLastStreamOfAGoAwayDoesNotGrow() throws Exception {
        Http2Client client = fixture.client();
        fixture.begun(client, 1);
        Thread closing = new Thread(fixture.server()::close);
        closing.start();
        assertThat(client.await("GOAWAY").number()).isEqualTo(Integer.MAX_VALUE);
        assertThat(client.await("GOAWAY").number()).isEqualTo(1);
        client.get(3, "/");
        client.frame(PING, 0, 1, new byte[8]);
        assertThat(requireConnectionError(client, ErrorCode.PROTOCOL_ERROR).number())
                .isEqualTo(1);
        fixture.release.countDown();
        client.close();
        closing.join(20_000);
        assertThat(closing.isAlive()).isFalse();
    }

    @Test
    void requestsBehindTheLastStreamCostSomething() throws Exception {
        Http2Client client = fixture.client();
        fixture.begun(client, 1);
        Thread closing = new Thread(fixture.server()::close);
        closing.start();
        client.await("GOAWAY");
        client.await("GOAWAY");
        try {
            for (int i = 3; i < 6_000; i += 2) {
                client.get(i, "/");
            }
        } catch (SocketException gone) {
            // The server has closed it already.
        }
        assertThat(requireConnectionError(client, ErrorCode.ENHANCE_YOUR_CALM).number())
                .isEqualTo(1);
        fixture.release.countDown();
        client.close();
        closing.join(20_000);
        assertThat(closing.isAlive()).isFalse();
    }

    /** RFC 9113 §6.9.3: settings hold when they have been seen. */
    @Test
    void whoHasNotSeenTheSettingsMaySendWhatEachStreamBeginsWith() throws Exception {
        fixture.close();
        fixture = new Http2Fixture(Http2.builder().window(1_000));
        Http2Client early = fixture.opened(Http2Client.deaf(fixture.server().address()));
        early.headers(1, false, request("POST", "/read"));
        for (int i = 0; i < 6; i++) {
            early.data(1, i == 5, new byte[10_000]);
        }
        early.listen();
        assertThat(early.head(1)).startsWith(":status: 200\n");
        Http2Client later = fixture.client();
        fixture.begun(later, 1);
        later.data(1, false, new byte[1_001]);
        assertThat(later.await("RST_STREAM", 1).text()).isEqualTo("FLOW_CONTROL_ERROR");
    }

    /** It could write lines of its own into logs and pages. */
    @Test
    void whatIsNoNameIsNotRepeated() throws Exception {
        Http2Client client = fixture.client();
        client.headers(1, true, request("GET", "/", ":a\r\nb<i>", "1"));
        assertThat(client.body(1)).startsWith(":status: 400\n").doesNotContain("b<i>", "a\r");
    }

    @Test
    void aStreamErrorCancelsTheRequest() throws Exception {
        Http2Client client = fixture.client();
        fixture.begun(client, 1);
        client.frame(WINDOW_UPDATE, 0, 1, hex("00000000"));
        assertThat(client.await("RST_STREAM", 1).text()).isEqualTo("PROTOCOL_ERROR");
        assertThat(fixture.body()).isEqualTo("cancelled: CLIENT_LEFT");
    }

    @Test
    void aResetIsNotAnsweredWithAReset() throws Exception {
        Http2Client client = fixture.client();
        Http2Fixture.awaitLeft(reset(client, 1));
        fixture.release.countDown();
        fixture.records.awaitEnded(1);
        requireServes(client, 3);
        assertThat(client.others()).noneMatch(each -> each.kind().equals("RST_STREAM"));
    }

    private ProxyRequest reset(Http2Client client, int stream) throws Exception {
        ProxyRequest request = fixture.begun(client, stream);
        client.reset(stream, ErrorCode.CANCEL);
        return request;
    }

    @Test
    void aGoAwayOfTheClientLetsWhatIsAtWorkEnd() throws Exception {
        Http2Client client = fixture.client();
        client.get(1, "/wait");
        fixture.handlers.served();
        client.frame(out -> FrameWriter.goAway(out, 0, ErrorCode.NO_ERROR, ""));
        fixture.release.countDown();
        assertThat(client.body(1)).endsWith("waited");
    }

    @Test
    void aDrainDoesNotWaitForAConnectionThatHasEnded() throws Exception {
        Http2Client client = fixture.client();
        client.window(0, Integer.MAX_VALUE);
        requireConnectionError(client, ErrorCode.FLOW_CONTROL_ERROR);
        Thread closing = new Thread(fixture.server()::close);
        closing.start();
        closing.join(20_000);
        assertThat(closing.isAlive()).isFalse();
    }

    @Test
    void trailersThatMayNotBeSuchAreDropped() throws Exception {
        Http2Client client = fixture.client();
        client.headers(1, false, request("POST", "/read"));
        client.data(1, false, "a");
        client.headers(1, true, "x-sum", "1", "content-length", "7", "host", "b.test", "authorization", "x");
        assertThat(fixture.body())
                .contains("x-sum")
                .doesNotContain("content-length")
                .doesNotContain("b.test")
                .doesNotContain("authorization");
    }

    @Test
    void trailersHaveTheLimitsOfAHead() throws Exception {
        Http2Client client = fixture.client();
        client.headers(1, false, request("POST", "/read"));
        client.headers(1, true, "x-long", "a".repeat(60_000));
        assertThat(client.await("RST_STREAM", 1).text()).isEqualTo("ENHANCE_YOUR_CALM");
        assertThat(fixture.body()).isEqualTo("failed");
        requireServes(client, 3);
    }

    @Test
    void theWindowOfTheConnectionMayBeTheOneThatItBeginsWith() throws Exception {
        fixture.close();
        fixture = new Http2Fixture(Http2.builder().connectionWindow(65_535));
        Http2Client client = fixture.client();
        requireServes(client, 1);
        assertThat(client.others()).noneMatch(each -> each.kind().equals("WINDOW_UPDATE") && each.number() == 0);
        for (int stream = 3; stream < 13; stream += 2) {
            client.headers(stream, false, request("POST", "/read"));
            for (int i = 0; i < 4; i++) {
                client.data(stream, i == 3, new byte[10_000]);
            }
            assertThat(client.await("WINDOW_UPDATE", 0).number()).isEqualTo(40_000);
            assertThat(client.head(stream)).startsWith(":status: 200\n");
        }
    }
}
