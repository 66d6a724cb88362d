package dev.sluice.proxy.cache.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.cache.Cache;
import dev.sluice.proxy.cache.store.Stored;
import dev.sluice.proxy.cache.store.StoredBody;
import dev.sluice.proxy.internal.FileBytes;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.time.Awaited;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A response on a disk, on its way to clients: the system sends it from its file once all of it has been checked. */
class SentResponseTest extends DiskFixture {
    private static final int LENGTH = 300_000;
    private static final byte[] BODY = Stored.bytes(7, LENGTH);

    private DiskStore store;
    private ProxyServer server;
    private RawConnection client;

    @BeforeEach
    void start() throws IOException {
        store = open();
        FakeUpstream origin = FakeUpstream.named("origin")
                .answer(request -> ProxyResponse.builder(200)
                        .addHeader("Cache-Control", "max-age=1000")
                        .body(Body.of(BODY))
                        .build());
        Cache cache = Cache.builder().store(store).build();
        server = ProxyServer.builder()
                .addRoute(Route.path("/**").cache(cache).to(origin))
                .build()
                .start();
        client = RawConnection.connect(server.address());
        assertThat(get()).isEqualTo(text(0, LENGTH));
        Awaited.isTrue(() -> store.usage().entries() == 1);
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        server.close();
    }

    private String get(String... fields) throws IOException {
        client.write("GET /a HTTP/1.1\r\nHost: shop.example\r\n" + String.join("", fields) + "\r\n");
        String head = client.readHead();
        String length = head.replaceAll("(?s).*Content-Length: (\\d+).*", "$1");
        return client.readExactly(Integer.parseInt(length));
    }

    private static String text(int from, int to) {
        return new String(Arrays.copyOfRange(BODY, from, to), StandardCharsets.ISO_8859_1);
    }

    @Test
    void itIsReadAndCheckedOnceAndThenSentFromItsFile() throws IOException {
        assertThat(get()).isEqualTo(text(0, LENGTH));
        assertThat(disk.sent).hasValue(0);

        assertThat(get()).isEqualTo(text(0, LENGTH));
        Awaited.isTrue(() -> disk.sent.get() > 0);
    }

    @Test
    void aPartOfItIsSentToo() throws IOException {
        get();

        assertThat(get("Range: bytes=20001-220000\r\n")).isEqualTo(text(20_001, 220_001));
        Awaited.isTrue(() -> disk.sent.get() > 0);
    }

    /** Else nobody would ever see that the rest is damaged. */
    @Test
    void aPartThatIsRightSaysNothingOfTheRest() throws IOException {
        get("Range: bytes=0-99999\r\n");
        get("Range: bytes=200000-299999\r\n");
        get("Range: bytes=100000-299999\r\n");

        assertThat(get()).isEqualTo(text(0, LENGTH));
        assertThat(disk.sent).hasValue(0);
    }

    @Test
    void aPartThatIsReadTwiceIsNotTheWhole() throws IOException {
        StoredBody body = Stored.only(store, KEY).open();
        byte[] half = new byte[LENGTH / 2];
        for (int i = 0; i < 2; i++) {
            for (int at = 0; at < half.length; ) {
                at += body.read(half.length + at, half, 0, half.length - at);
            }
        }

        assertThat(((FileBytes) body).send(0, LENGTH, Channels.newChannel(new ByteArrayOutputStream())))
                .isZero();
        body.close();
    }

    @Test
    void whatIsMissingLaterIsNotSentAndTheReaderSeesThat() throws IOException {
        get();
        StoredBody body = Stored.only(store, KEY).open();
        Path file = file(".entry");
        Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 100_000));
        ByteArrayOutputStream received = new ByteArrayOutputStream();

        long sent = ((FileBytes) body).send(0, LENGTH, Channels.newChannel(received));

        assertThat(sent).isLessThanOrEqualTo(100_000);
        assertThat(BODY).startsWith(received.toByteArray());
        assertThat(((FileBytes) body).send(100_000, LENGTH, Channels.newChannel(received)))
                .isZero();
        assertThatThrownBy(() -> body.read(100_000, new byte[LENGTH], 0, LENGTH))
                .isInstanceOf(DamagedException.class);
        assertThat(store.usage().entries()).isZero();
        body.close();
    }

    /** Or the record would say that the client has gone. */
    @Test
    void aFileThatFailsIsNotTakenForTheClient() throws IOException {
        get();
        get();
        StoredBody body = Stored.only(store, KEY).open();
        WritableByteChannel channel = Channels.newChannel(new ByteArrayOutputStream());
        assertThat(((FileBytes) body).send(0, 1_000, channel)).isPositive();
        disk.broken = true;
        assertThat(((FileBytes) body).send(0, 1_000, channel)).isZero();
        assertThatThrownBy(() -> body.read(0, new byte[1_000], 0, 1_000)).hasMessage("Input/output error");
        disk.broken = false;
        channel.close();
        assertThatThrownBy(() -> ((FileBytes) body).send(0, 1_000, channel)).isInstanceOf(ClosedChannelException.class);
        body.close();
    }
}
