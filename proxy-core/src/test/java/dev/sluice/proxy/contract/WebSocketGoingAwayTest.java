package dev.sluice.proxy.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.ExchangeRecord;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.RawConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server that closes tells both sides of a WebSocket that it is going away, without breaking a frame. */
@Timeout(60)
class WebSocketGoingAwayTest {
    private static final Duration TUNNELS = Duration.ofSeconds(5);

    /** Close frames: unmasked from a server, and masked with zeros from a client. */
    private static final String FROM_SERVER = "\u0088\u0002\u0003\u00e9";

    private static final String FROM_CLIENT = "\u0088\u0082\0\0\0\0\u0003\u00e9";

    private final ManualTime time = new ManualTime();
    private final BlockingQueue<RawConnection> opened = new LinkedBlockingQueue<>();
    private Proxied proxied;
    private RawConnection client;
    private RawConnection origin;
    private Thread closing;

    private void open(String protocol) throws Exception {
        proxied = Proxied.of(Pairing.DIRECT_DIRECT)
                .route(route -> route.allowUpgrade(protocol))
                .server(server -> server.time(time).tunnelDrain(TUNNELS))
                .plays(connection -> {
                    connection.readHead();
                    connection.write(UpgradeCases.SWITCHED.replace("echo", protocol));
                    opened.add(connection);
                    // The test continues to use the connection. If the script returned, it would be closed.
                    done.take();
                })
                .start();
        client = proxied.connect();
        String head = UpgradeCases.UPGRADE.replace("echo", protocol);
        assertThat(Proxied.ask(client, head).status()).isEqualTo(101);
        origin = opened.poll(10, TimeUnit.SECONDS);
        assertThat(origin).isNotNull();
    }

    private final BlockingQueue<String> done = new LinkedBlockingQueue<>();

    @BeforeEach
    void open() throws Exception {
        open("websocket");
    }

    @AfterEach
    void end() throws Exception {
        done.add("done");
        client.close();
        origin.close();
        if (closing != null) {
            joined();
        }
        proxied.close();
    }

    private void closeServer() {
        closing = new Thread(() -> proxied.server.close(Duration.ofMinutes(1)));
        closing.start();
    }

    private void joined() throws InterruptedException {
        closing.join(20_000);
        assertThat(closing.isAlive()).isFalse();
    }

    /** Waits until the other side has these bytes, so that the proxy is in the wanted state. */
    private static void passes(RawConnection from, String bytes, RawConnection to) throws IOException {
        from.write(bytes);
        assertThat(to.readExactly(bytes.length())).isEqualTo(bytes);
    }

    /** The close frame that an origin gets, unmasked. */
    private static void assertMaskedClose(RawConnection to) throws IOException {
        String frame = to.readExactly(8);
        assertThat(frame).startsWith("\u0088\u0082");
        char first = (char) (frame.charAt(6) ^ frame.charAt(2));
        char second = (char) (frame.charAt(7) ^ frame.charAt(3));
        assertThat("" + first + second).isEqualTo("\u0003\u00e9");
    }

    private void assertEnded(Outcome outcome) throws Exception {
        ExchangeRecord record = proxied.records.awaitEnded(1).get(0);
        assertThat(record.outcome()).isEqualTo(outcome);
    }

    @Test
    void bothSidesGetACloseFrameAndTheTunnelEndsWhenBothHaveAnswered() throws Exception {
        passes(client, "\u0081\u0081\0\0\0\0a", origin);
        passes(origin, "\u0081\u0001b", client);
        closeServer();
        assertThat(client.readExactly(4)).isEqualTo(FROM_SERVER);
        assertMaskedClose(origin);

        client.write(FROM_CLIENT);
        origin.write(FROM_SERVER);
        assertThat(client.readAll()).isEmpty();
        assertThat(origin.readAll()).isEmpty();
        origin.close();
        joined();
        assertEnded(Outcome.COMPLETED);
        assertThat(proxied.records.awaitEnded(1).get(0).attempts().get(0).outcome())
                .isEqualTo(Outcome.COMPLETED);
    }

    @Test
    void aSideThatOnlyEndsItsConnectionCountsAsAnswered() throws Exception {
        closeServer();
        assertThat(client.readExactly(4)).isEqualTo(FROM_SERVER);
        assertMaskedClose(origin);
        origin.close();
        client.close();
        joined();
        assertEnded(Outcome.COMPLETED);
    }

    @Test
    void aSideThatDoesNotAnswerIsCutAtTheEndOfTheTunnelTime() throws Exception {
        closeServer();
        assertThat(client.readExactly(4)).isEqualTo(FROM_SERVER);
        assertMaskedClose(origin);
        origin.write(FROM_SERVER);
        time.advance(TUNNELS.minusMillis(500));
        assertThat(proxied.records.records()).isEmpty();
        time.advance(Duration.ofSeconds(1));
        joined();
        assertEnded(Outcome.SHUT_DOWN);
    }

    @Test
    void aClientThatIsCutStillReadsTheCloseFrameInTransit() throws Exception {
        closeServer();
        assertThat(client.readExactly(1)).isEqualTo(FROM_SERVER.substring(0, 1));
        assertMaskedClose(origin);
        time.advance(TUNNELS.plusSeconds(1));
        joined();
        assertEnded(Outcome.SHUT_DOWN);
        assertThat(client.readAll()).isEqualTo(FROM_SERVER.substring(1));
    }

    @Test
    void anOriginThatKeepsItsConnectionAfterTheCloseIsNotWaitedFor() throws Exception {
        closeServer();
        assertThat(client.readExactly(4)).isEqualTo(FROM_SERVER);
        assertMaskedClose(origin);
        origin.write(FROM_SERVER);
        client.write(FROM_CLIENT);
        assertThat(origin.readAll()).isEmpty();
        AbortCases.advanceUntil(time, Duration.ofMillis(200), closing::isAlive);
        assertEnded(Outcome.COMPLETED);
    }

    @Test
    void aHeaderThatIsPassingIsWaitedForTowardsTheClient() throws Exception {
        passes(origin, "\u0082\u007e\u0000", client);
        closeServer();
        assertMaskedClose(origin);
        String rest = "\u0080" + "x".repeat(128);
        origin.write(rest + "\u0081\u0005lost");
        assertThat(client.readExactly(rest.length() + 4)).isEqualTo(rest + FROM_SERVER);
    }

    @Test
    void aPayloadThatIsPassingIsWaitedForTowardsTheClient() throws Exception {
        passes(origin, "\u0001\u0005ab", client);
        closeServer();
        assertMaskedClose(origin);
        passes(origin, "c", client);
        origin.write("de");
        assertThat(client.readExactly(6)).isEqualTo("de" + FROM_SERVER);
        // A fragment of a message may be the last data, because nothing follows a close frame.
        origin.write("\u0080\u0001f" + FROM_SERVER);
        client.write(FROM_CLIENT);
        assertThat(client.readAll()).isEmpty();
    }

    @Test
    void aHeaderThatIsPassingIsWaitedForTowardsTheOrigin() throws Exception {
        String head = "\u0082\u00ff\0\0\0\0\0\u0001";
        passes(client, head, origin);
        closeServer();
        assertThat(client.readExactly(4)).isEqualTo(FROM_SERVER);
        String rest = "\0\u0001" + "mask" + "x".repeat(65_537);
        Thread writing = new Thread(() -> {
            try {
                client.write(rest + FROM_CLIENT);
            } catch (IOException failed) {
                // The reader below notices that it is missing.
            }
        });
        writing.start();
        assertThat(origin.readExactly(rest.length())).isEqualTo(rest);
        // The client has answered after its frame. After its own close or ours, nothing follows.
        String close = origin.readExactly(8);
        assertThat(close).startsWith("\u0088\u0082");
        origin.write(FROM_SERVER);
        assertThat(origin.readAll()).isEmpty();
        writing.join(10_000);
    }

    @Test
    void aPayloadThatIsPassingIsWaitedForTowardsTheOrigin() throws Exception {
        passes(client, "\u0081\u0083mask" + "a", origin);
        closeServer();
        assertThat(client.readExactly(4)).isEqualTo(FROM_SERVER);
        passes(client, "b", origin);
        // Complete frames that came with its end pass too, but not a frame that has only begun.
        String whole = "c\u0081\u0081mask" + "z";
        client.write(whole + "\u0081\u0084mask" + "lo");
        assertThat(origin.readExactly(whole.length())).isEqualTo(whole);
        assertMaskedClose(origin);
        client.write("st" + FROM_CLIENT);
        origin.write(FROM_SERVER);
        assertThat(origin.readAll()).isEmpty();
    }

    @Test
    void aSideThatHasAlreadySentACloseFrameGetsNoSecondOne() throws Exception {
        passes(origin, "\u0088\u0002\u0003\u00e8", client);
        closeServer();
        assertMaskedClose(origin);
        client.write(FROM_CLIENT);
        assertThat(client.readAll()).isEmpty();
        origin.close();
        joined();
        assertEnded(Outcome.COMPLETED);
    }

    @Test
    void otherProtocolsGetNoCloseFrame() throws Exception {
        end();
        closing = null;
        opened.clear();
        done.clear();
        open("echo");
        passes(origin, "\u0081\u0001b", client);
        closeServer();
        time.awaitWaiters(1);
        time.advance(Duration.ofSeconds(1));
        passes(origin, "still", client);
        passes(client, "here", origin);
        AbortCases.advanceUntil(time, Duration.ofSeconds(1), closing::isAlive);
        assertEnded(Outcome.SHUT_DOWN);
    }
}
