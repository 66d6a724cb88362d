package dev.sluice.proxy.transport.direct;

import static dev.sluice.proxy.http2.Http2Client.request;
import static dev.sluice.proxy.transport.direct.Http2Fixture.requireConnectionError;
import static dev.sluice.proxy.transport.direct.Http2Fixture.requireServes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.http1.OutputBuffer;
import dev.sluice.proxy.http2.ErrorCode;
import dev.sluice.proxy.http2.FrameWriter;
import dev.sluice.proxy.http2.Http2Client;
import dev.sluice.proxy.http2.Http2Client.Event;
import dev.sluice.proxy.time.Awaited;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that cost more than they are good for, each with an end; and decent ones that look like them, and go on. */
class Http2AbuseTest {
    private static final int MANY = 5_000;
    private static final int SCORE = 1_000;

    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int PRIORITY = 2;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int WINDOW_UPDATE = 8;
    private static final int CONTINUATION = 9;

    private static final int INITIAL_WINDOW_SIZE = 4;

    private Http2Fixture fixture;

    @BeforeEach
    void begin() throws Exception {
        fixture = new Http2Fixture();
    }

    @AfterEach
    void end() throws Exception {
        fixture.close();
    }

    /** What is sent again and again. */
    @FunctionalInterface
    interface Step {
        void send(Http2Client client, int i) throws Exception;
    }

    private static Arguments row(String name, Step step) {
        return arguments(name, step);
    }

    private static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    /** Sends it many times, or until the connection has gone. */
    private static void flood(Http2Client client, Step step) throws Exception {
        try {
            for (int i = 0; i < MANY; i++) {
                step.send(client, i);
            }
        } catch (SocketException gone) {
            // The server has closed it already.
        }
    }

    private static Step frame(int type, int flags, int stream, String hex) {
        byte[] payload = hex(hex);
        return (client, i) -> client.frame(type, flags, stream, payload);
    }

    static Stream<Arguments> floods() {
        return Stream.of(
                row("PING", frame(PING, 0, 0, "0000000000000000")),
                row("answers to PING", frame(PING, 1, 0, "0000000000000000")),
                row("SETTINGS", frame(SETTINGS, 0, 0, "")),
                row(
                        "SETTINGS that change the window",
                        (client, i) -> client.frame(out -> FrameWriter.settings(out, INITIAL_WINDOW_SIZE, i))),
                row("acknowledgements of SETTINGS", frame(SETTINGS, 1, 0, "")),
                row("PRIORITY", frame(PRIORITY, 0, 1, "0000000310")),
                row(
                        "PRIORITY of idle streams",
                        (client, i) -> client.frame(PRIORITY, 0, 2 * i + 101, hex("0000000010"))),
                row("unknown frames", frame(0x33, 0, 0, "01")),
                row("unknown frames of a stream", frame(0x33, 0, 1, "")),
                row("DATA without bytes", frame(DATA, 0, 1, "")),
                row("DATA with nothing but padding", frame(DATA, 8, 1, "00")),
                row("WINDOW_UPDATE", frame(WINDOW_UPDATE, 0, 0, "00000001")),
                row("WINDOW_UPDATE of a stream", frame(WINDOW_UPDATE, 0, 1, "00000001")),
                row("WINDOW_UPDATE of a stream that has ended", frame(WINDOW_UPDATE, 0, 3, "00000001")),
                row("RST_STREAM of a stream that has ended", frame(3, 0, 3, "00000008")),
                row("GOAWAY", frame(7, 0, 0, "0000000000000000")),
                row("DATA on a stream that was reset", frame(DATA, 0, 5, "61")),
                row("DATA on a stream that the server has reset", frame(DATA, 0, 7, "61")),
                row("the end of a stream that the server has reset", frame(DATA, 1, 7, "")),
                row("fields on a stream that the server has reset", (client, i) -> client.headers(7, true, "x-a", "1")),
                row("answers to PING that single bytes are to pay for", (client, i) -> {
                    client.data(1, false, "a");
                    client.frame(PING, 1, 0, new byte[8]);
                    client.frame(PING, 1, 0, new byte[8]);
                }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("floods")
    void aFloodEndsTheConnection(String name, Step step) throws Exception {
        Http2Client client = fixture.client();
        ProxyRequest begun = fixture.begun(client, 1);
        requireServes(client, 3);
        fixture.records.awaitEnded(1);
        Http2Fixture.awaitLeft(reset(client, 5));
        client.headers(7, false, request("POST", "/early"));
        fixture.givenUp(client, 7);
        flood(client, step);
        requireConnectionError(client, ErrorCode.ENHANCE_YOUR_CALM);
        Http2Fixture.awaitLeft(begun);
    }

    private ProxyRequest reset(Http2Client client, int stream) throws Exception {
        fixture.requests.clear();
        ProxyRequest request = fixture.begun(client, stream);
        client.reset(stream, ErrorCode.CANCEL);
        return request;
    }

    /** Streams that are begun and end at once, also such that the server has to reset. */
    static Stream<Arguments> lostStreams() {
        return Stream.of(
                row("reset by the client", (client, i) -> client.reset(2 * i + 1, ErrorCode.CANCEL)),
                row("WINDOW_UPDATE by 0", (client, i) -> client.frame(WINDOW_UPDATE, 0, 2 * i + 1, hex("00000000"))),
                row("a window that is too large", (client, i) -> client.window(2 * i + 1, Integer.MAX_VALUE)),
                row("PRIORITY of a wrong length", (client, i) -> client.frame(PRIORITY, 0, 2 * i + 1, hex("00"))),
                row(
                        "PRIORITY on itself",
                        (client, i) -> client.frame(out -> {
                            out.put(hex("000005 02 00"), 0, 5);
                            for (int k = 0; k < 2; k++) {
                                int id = 2 * i + 1;
                                out.put(id >> 24);
                                out.put(id >> 16);
                                out.put(id >> 8);
                                out.put(id);
                            }
                            out.put(16);
                        })),
                row("DATA behind the end", (client, i) -> client.data(2 * i + 1, true, "a")),
                row("HEADERS behind the end", (client, i) -> client.headers(2 * i + 1, true, "x-a", "1")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lostStreams")
    void streamsThatAreBegunAndLostEndTheConnectionAndAreCancelled(String name, Step lose) throws Exception {
        Http2Client client = fixture.client();
        flood(client, (each, i) -> {
            each.get(2 * i + 1, "/wait");
            lose.send(each, i);
        });
        Event end = requireConnectionError(client, ErrorCode.ENHANCE_YOUR_CALM);
        assertThat(end.number()).isLessThan(SCORE / 2);
        fixture.release.countDown();
        List<ProxyRequest> begun = new ArrayList<>();
        fixture.requests.drainTo(begun);
        begun.forEach(Http2Fixture::awaitLeft);
    }

    @Test
    void streamsAboveTheLimitEndTheConnection() throws Exception {
        Http2Client client = fixture.client();
        flood(client, (each, i) -> each.get(2 * i + 1, "/wait"));
        requireConnectionError(client, ErrorCode.ENHANCE_YOUR_CALM);
        assertThat(fixture.requests.size()).isLessThanOrEqualTo(100);
        fixture.requests.forEach(Http2Fixture::awaitLeft);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1_000, 16_384})
    void aBlockWithoutAnEndEndsTheConnection(int bytes) throws Exception {
        Http2Client client = fixture.client();
        ProxyRequest begun = fixture.begun(client, 1);
        byte[] some = new byte[bytes];
        // Fields without a name are not decoded before the end.
        Arrays.fill(some, (byte) 0x82);
        client.frame(HEADERS, 1, 3, new byte[0]);
        flood(client, (each, i) -> each.frame(CONTINUATION, 0, 3, some));
        requireConnectionError(client, ErrorCode.ENHANCE_YOUR_CALM);
        Http2Fixture.awaitLeft(begun);
    }

    @Test
    void aWindowThatIsOpenedByteByByteEndsTheConnection() throws Exception {
        Http2Client client = fixture.client();
        client.frame(out -> FrameWriter.settings(out, INITIAL_WINDOW_SIZE, 0));
        client.get(1, "/large");
        assertThat(client.head(1)).startsWith(":status: 200\n");
        flood(client, (each, i) -> each.window(1, 1));
        requireConnectionError(client, ErrorCode.ENHANCE_YOUR_CALM);
        assertThat(fixture.records.awaitEnded(1).get(0).outcome())
                .isIn(Outcome.CLIENT_LEFT, Outcome.CLIENT_WRITE_FAILED);
    }

    /** All that is sent must be taken in some time, else nobody could afford to send. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aWindowThatIsNeverOpenedEndsTheStreamInTime(boolean ofConnection) throws Exception {
        Http2Client client = fixture.client();
        if (ofConnection) {
            client.window(1, 1);
            client.close();
            client = fixture.client();
            client.frame(out -> FrameWriter.settings(out, INITIAL_WINDOW_SIZE, 1_000_000));
        }
        client.get(1, "/large");
        int got = 0;
        while (got < 65_535) {
            got += client.await("DATA", 1).text().length();
        }
        Http2Client waiting = client;
        Awaited.passing(
                fixture.time,
                Duration.ofSeconds(5),
                () -> waiting.others().stream().anyMatch(each -> each.kind().equals("RST_STREAM")));
        assertThat(client.await("RST_STREAM").stream()).isEqualTo(1);
    }

    /** Each page that waits has a thread, and there is no limit to refusals. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRefusalThatNoWindowTakesHasNoPage(boolean ofConnection) throws Exception {
        Http2Client client = fixture.client();
        if (ofConnection) {
            client.frame(out -> FrameWriter.settings(out, INITIAL_WINDOW_SIZE, 1_000_000));
            client.get(1, "/large");
            for (int got = 0; got < 65_535; ) {
                got += client.await("DATA", 1).text().length();
            }
        } else {
            client.frame(out -> FrameWriter.settings(out, INITIAL_WINDOW_SIZE, 0));
        }
        client.get(3, "/", "expect", "nothing");
        Event head = client.await("HEADERS", 3);
        assertThat(head.text()).startsWith(":status: 417\n").doesNotContain("content-length");
        assertThat(head.end()).isTrue();
    }

    @Test
    void bodiesThatNeverComeEndInTime() throws Exception {
        Http2Client client = fixture.client();
        for (int i = 0; i < 100; i++) {
            client.headers(2 * i + 1, false, request("POST", "/read"));
        }
        for (int i = 0; i < 100; i++) {
            fixture.handlers.served();
        }
        Awaited.passing(fixture.time, Duration.ofSeconds(5), () -> fixture.bodies.size() == 100);
        assertThat(fixture.bodies).containsOnly("failed");
        fixture.records.awaitEnded(100);
    }

    @Test
    void aBlockThatNeverEndsEndsInTime() throws Exception {
        Http2Client client = fixture.client();
        client.frame(HEADERS, 1, 1, hex("82"));
        Awaited.passing(
                fixture.time,
                Duration.ofSeconds(5),
                () -> client.others().stream().anyMatch(each -> each.kind().equals("END")));
        assertThat(fixture.requests).isEmpty();
    }

    /** RFC 7541 §7.3: a few bytes that stand for many. */
    @ParameterizedTest
    @ValueSource(strings = {"x-bomb", "cookie"})
    void referencesThatStandForALongListAreRefused(String name) throws Exception {
        Http2Client client = fixture.client();
        OutputBuffer block = new OutputBuffer(256);
        byte[] get = hex("82 86 84 41 01 61 40");
        block.put(get, 0, get.length);
        block.put(name.length());
        block.put(name.getBytes(StandardCharsets.US_ASCII), 0, name.length());
        // 3,000 bytes: 0x7f and 2,873 more.
        block.put(hex("7f b9 16"), 0, 3);
        byte[] value = new byte[3_000];
        Arrays.fill(value, (byte) 'a');
        block.put(value, 0, value.length);
        byte[] references = new byte[40_000];
        Arrays.fill(references, (byte) 0xbe);
        block.put(references, 0, references.length);
        for (int i = 0; i < 20; i++) {
            int stream = 2 * i + 1;
            client.frame(out -> FrameWriter.fields(out, stream, block, 16_384, true));
            assertThat(client.head(stream)).startsWith(":status: 431\n");
        }
        requireServes(client, 101);
        assertThat(fixture.requests).hasSize(1);
    }

    /** Blocks wait for room, and so streams above the limit follow: nothing grows with what is asked for. */
    @Test
    void whoAsksForMoreAndMoreAndReadsNothingIsEnded() throws Exception {
        Http2Client client = fixture.opened(Http2Client.deaf(fixture.server().address()));
        flood(client, (each, i) -> each.get(2 * i + 1, "/fields"));
        client.listen();
        requireConnectionError(client, ErrorCode.ENHANCE_YOUR_CALM);
    }

    @Test
    void whoAsksForLargeAnswersAndReadsNothingGetsWhatItsWindowsTake() throws Exception {
        Http2Client client = fixture.opened(Http2Client.deaf(fixture.server().address()));
        for (int i = 0; i < 100; i++) {
            client.get(2 * i + 1, "/large");
        }
        Awaited.passing(
                fixture.time,
                Duration.ofSeconds(5),
                () -> fixture.records.records().size() == 100);
        client.listen();
        long bytes = 0;
        client.window(0, 1_000);
        requireServes(client, 1001);
        for (Event each : client.others()) {
            bytes += each.kind().equals("DATA") ? each.text().length() : 0;
        }
        assertThat(bytes).isLessThanOrEqualTo(65_535);
    }

    @Test
    void aDecentClientThatCancelsNowAndThenGoesOn() throws Exception {
        Http2Client client = fixture.client();
        for (int i = 0; i < MANY; i++) {
            int stream = 2 * i + 1;
            client.get(stream, "/");
            if (i % 20 == 19) {
                client.reset(stream, ErrorCode.CANCEL);
            } else {
                assertThat(client.head(stream)).startsWith(":status: 200\n");
                assertThat(client.body(stream)).isEqualTo("hello");
            }
            fixture.requests.clear();
        }
        assertThat(client.others()).noneMatch(each -> each.kind().equals("GOAWAY"));
    }

    @Test
    void aDecentClientWithAllStreamsAtOnceGoesOn() throws Exception {
        Http2Client client = fixture.client();
        fixture.release.countDown();
        int stream = 1;
        for (int round = 0; round < 20; round++) {
            for (int i = 0; i < 50; i++) {
                client.get(stream + 2 * i, "/wait");
            }
            for (int i = 0; i < 50; i++) {
                assertThat(client.body(stream)).endsWith("waited");
                stream += 2;
            }
        }
    }

    @Test
    void aDownloadWithTwoUpdatesForEachFrameGoesOn() throws Exception {
        Http2Client client = fixture.client();
        client.get(1, "/huge");
        long got = 0;
        while (got < Http2Fixture.HUGE) {
            Event data = client.await("DATA", 1);
            int length = data.text().length();
            got += length;
            client.window(0, length);
            client.window(1, length);
        }
        requireServes(client, 3);
    }

    @Test
    void aClientThatSendsAPingForEachResponseGoesOn() throws Exception {
        Http2Client client = fixture.client();
        for (int i = 0; i < MANY; i++) {
            int stream = 2 * i + 1;
            client.get(stream, "/");
            assertThat(client.body(stream)).startsWith(":status: 200\n");
            long opaque = i;
            client.frame(out -> FrameWriter.ping(out, opaque, false));
            assertThat(client.await("PING").number()).isEqualTo(i);
            fixture.requests.clear();
        }
    }

    /** As clients of gRPC do that measure how much is on its way, on a stream of messages that leave the window open. */
    @Test
    void aClientThatSendsAPingForEachMessageGoesOn() throws Exception {
        Http2Client client = fixture.client();
        client.get(1, "/drops");
        for (int i = 0; i < MANY; i++) {
            fixture.drops.release();
            assertThat(client.await("DATA", 1).text()).isEqualTo("x");
            client.frame(out -> FrameWriter.ping(out, 7, false));
            client.await("PING");
        }
        fixture.drops.release();
        requireServes(client, 3);
    }

    /** As where a stream of small messages is refused before they have all been sent. */
    @Test
    void aClientWhoseRequestsAreAnsweredEarlyGoesOn() throws Exception {
        Http2Client client = fixture.client();
        for (int i = 0; i < MANY; i++) {
            int stream = 2 * i + 1;
            client.headers(stream, false, request("POST", "/early"));
            assertThat(client.body(stream)).endsWith("early");
            for (int k = 0; k < 4; k++) {
                client.data(stream, k == 3, "abc");
            }
        }
        requireServes(client, 2 * MANY + 1);
    }

    @Test
    void anUploadInManySmallFramesGoesOn() throws Exception {
        Http2Client client = fixture.client();
        client.headers(1, false, request("POST", "/read"));
        for (int i = 0; i < MANY; i++) {
            client.data(1, false, "abc");
        }
        client.data(1, true, "");
        assertThat(fixture.body()).startsWith("abcabc").hasSizeGreaterThanOrEqualTo(3 * MANY);
        requireServes(client, 3);
    }
}
