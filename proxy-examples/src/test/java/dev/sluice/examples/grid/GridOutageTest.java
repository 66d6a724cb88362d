package dev.sluice.examples.grid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.examples.pages.ExampleOrigin;
import dev.sluice.proxy.cache.store.Stored;
import dev.sluice.proxy.cache.store.StoredResponse;
import dev.sluice.proxy.cache.store.Writing;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.ScriptedOrigin;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What happens while the grid is away, and when it comes back. */
class GridOutageTest extends GridFixture {
    private final ExampleOrigin origin = closing(new ExampleOrigin("origin"));

    private Proxy start() {
        origin.field("Cache-Control: max-age=600\r\nCache-Tag: red");
        return proxy(origin.url());
    }

    @Test
    void requestsGoToTheOriginAndTheGridIsUsedAgain() throws Exception {
        Proxy one = start();
        one.get("/a");
        grid.away(true);
        assertThat(one.isHit("/a")).as("nobody knows what is purged meanwhile").isFalse();
        assertThat(one.isHit("/b")).isFalse();
        grid.away(false);
        assertThat(one.isHit("/a")).as("the grid rests").isFalse();
        rested();
        assertThat(one.isHit("/a")).isTrue();
        assertThat(one.isHit("/b")).as("was not stored").isFalse();
        one.get("/b");
        assertThat(one.isHit("/b")).isTrue();
    }

    @Test
    void aProxyStartsWithoutTheGridAndUsesItLater() throws Exception {
        Proxy one = start();
        one.get("/a");
        one.get("/b");
        one.cache().purgeTag("red");
        one.get("/b");
        grid.away(true);
        Proxy two = start();
        assertThat(two.isHit("/b")).isFalse();
        grid.away(false);
        rested();
        assertThat(two.isHit("/b")).isTrue();
        assertThat(two.isHit("/a")).isFalse();
    }

    @Test
    void aPurgeWhileTheGridIsAwayIsLateAndNotLost() throws Exception {
        Proxy one = start();
        Proxy two = start();
        for (String path : new String[] {"/a", "/b", "/c"}) {
            one.get(path);
        }
        grid.away(true);
        assertThatThrownBy(() -> one.cache().purge(URI.create("http://shop.test/a")))
                .hasMessageContaining("the grid is away");
        grid.away(false);
        rested();
        assertThat(one.isHit("/b")).isTrue();
        assertThat(two.isHit("/a")).isFalse();

        grid.away(true);
        assertThatThrownBy(() -> one.cache().purgeTag("red")).hasMessageContaining("the grid is away");
        grid.away(false);
        rested();
        assertThat(one.isHit("/b")).isFalse();
        assertThat(two.isHit("/c")).isFalse();
    }

    /** The number that the cache gives its own purge must not be that of a purge of another proxy. */
    @Test
    void whatIsStoredAfterAPurgeWithoutTheGridCanBePurged() throws Exception {
        Proxy one = start();
        Proxy two = start();
        one.cache().purgeTag("red");
        grid.away(true);
        assertThatThrownBy(() -> one.cache().purgeTag("blue")).hasMessageContaining("the grid is away");
        grid.away(false);
        rested();
        one.get("/a");
        two.cache().purgeTag("red");
        assertThat(one.isHit("/a")).isFalse();
    }

    @Test
    void aHeadThatCouldNotBeReplacedIsNotFound() throws Exception {
        GridStore store = store();
        Stored.put(store, Stored.head(KEY).build(), Stored.bytes(1, 10));
        StoredResponse found = Stored.only(store, KEY);
        grid.away(true);
        assertThatThrownBy(() ->
                        store.update(found, found.head().toBuilder().stale(true).build()))
                .isInstanceOf(IOException.class);
        grid.away(false);
        rested();
        assertThat(store.find(KEY)).isEmpty();
    }

    @Test
    void afterVeryManyFailedRemovalsAllIsDropped() throws Exception {
        GridStore store = store();
        Stored.put(store, Stored.head(KEY).build(), Stored.bytes(1, 10));
        grid.away(true);
        for (int i = 0; i <= 10_000; i++) {
            String key = KEY + i;
            assertThatThrownBy(() -> store.remove(key)).isInstanceOf(IOException.class);
        }
        grid.away(false);
        rested();
        assertThat(store.find(KEY)).isEmpty();
        Stored.put(store, Stored.head(KEY).build(), Stored.bytes(1, 10));
        assertThat(store.find(KEY)).hasSize(1);
    }

    @Test
    void aWritingThatTheGridDoesNotTakeIsOneWithoutRoom() throws Exception {
        GridStore store = store();
        byte[] bytes = Stored.bytes(1, 100_000);
        try (Writing writing = Stored.write(store, Stored.head(KEY).build(), -1)) {
            assertThat(writing.append(bytes, 0, 60_000)).isTrue();
            grid.away(true);
            assertThat(writing.append(bytes, 60_000, 40_000)).isFalse();
            assertThat(Stored.read(writing)).hasSize(60_000);
            assertThatThrownBy(() -> writing.commit(Stored.head(KEY).build())).isInstanceOf(IOException.class);
        }
    }

    /** The client of a response that is being stored gets all of it, whatever becomes of the grid. */
    @Test
    void aResponseGoesOnWhenTheGridGoesInItsMiddle() throws Exception {
        CountDownLatch gone = new CountDownLatch(1);
        String half = "x".repeat(50_000);
        ScriptedOrigin slow = closing(ScriptedOrigin.start(connection -> {
            connection.readHead();
            connection.write("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nTransfer-Encoding: chunked\r\n\r\n");
            connection.write("C350\r\n" + half + "\r\n");
            if (!gone.await(20, TimeUnit.SECONDS)) {
                throw new IOException("nobody has let it go on");
            }
            connection.write("C350\r\n" + half + "\r\n0\r\n\r\n");
        }));
        Proxy one = proxy(slow.uri().toString());
        try (RawConnection client = RawConnection.connect(one.server().address())) {
            client.write("GET /a HTTP/1.1\r\nHost: shop.test\r\nConnection: close\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
            client.readExactly(40_000);
            grid.away(true);
            gone.countDown();
            assertThat(client.readAll()).endsWith("\r\n0\r\n\r\n");
        }
    }

    /** It fits into one piece, so that only the commit fails. */
    @Test
    void aResponseGoesOnWhenTheGridGoesBeforeItsEnd() throws Exception {
        CountDownLatch gone = new CountDownLatch(1);
        ScriptedOrigin slow = closing(ScriptedOrigin.start(connection -> {
            connection.readHead();
            connection.write("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nTransfer-Encoding: chunked\r\n\r\n");
            connection.write("5\r\nhello\r\n");
            if (!gone.await(20, TimeUnit.SECONDS)) {
                throw new IOException("nobody has let it go on");
            }
            connection.write("5\r\nworld\r\n0\r\n\r\n");
        }));
        Proxy one = proxy(slow.uri().toString());
        try (RawConnection client = RawConnection.connect(one.server().address())) {
            client.write("GET /a HTTP/1.1\r\nHost: shop.test\r\nConnection: close\r\n\r\n");
            client.readHead();
            client.readExactly(10);
            grid.away(true);
            gone.countDown();
            assertThat(client.readAll()).endsWith("world\r\n0\r\n\r\n");
        }
        assertThat(one.cache().snapshot().storeFailures()).isPositive();
    }
}
