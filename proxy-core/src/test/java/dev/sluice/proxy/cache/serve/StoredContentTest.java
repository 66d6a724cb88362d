package dev.sluice.proxy.cache.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.cache.memory.MemoryStore;
import dev.sluice.proxy.cache.store.Stored;
import dev.sluice.proxy.cache.store.StoredBody;
import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.cache.store.Writing;
import dev.sluice.proxy.testing.TestExchange;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

/** A listener writes what it can get without waiting together with the head, and sends the head before it waits. */
class StoredContentTest {
    private static final StoredHead HEAD = Stored.head("http://shop.example/a").build();

    private final MemoryStore store = new MemoryStore(1 << 20, 1 << 20);

    @Test
    void ofWhatIsStoredNothingMustBeWaitedFor() throws IOException {
        Stored.put(store, HEAD, new byte[1_000]);
        StoredBody stored = Stored.only(store, HEAD.key()).open();

        InputStream in = new StoredContent(stored, 100, 1_000).open();

        assertThat(in.available()).isEqualTo(900);
        assertThat(in.read(new byte[300])).isEqualTo(300);
        assertThat(in.available()).isEqualTo(600);
    }

    @Test
    void ofWhatIsStillArrivingOnlyThatIsHereThatHasCome() throws Exception {
        try (Writing writing = Stored.write(store, HEAD, 1_000)) {
            FillBytes bytes = new FillBytes(TimeSource.system(), writing, failure -> {}, () -> {}, () -> {});
            StoredBody reader = bytes.reader(TestExchange.begin());
            InputStream in = new StoredContent(reader, 0, Body.UNKNOWN).open();
            assertThat(in.available()).isZero();

            bytes.write(new byte[10], 10, TestExchange.begin());

            assertThat(in.available()).isEqualTo(10);
            assertThat(in.read(new byte[4])).isEqualTo(4);
            assertThat(in.available()).isEqualTo(6);
        }
    }
}
