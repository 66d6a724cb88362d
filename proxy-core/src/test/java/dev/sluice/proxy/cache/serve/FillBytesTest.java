package dev.sluice.proxy.cache.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.cache.memory.MemoryStore;
import dev.sluice.proxy.cache.store.Stored;
import dev.sluice.proxy.cache.store.StoredBody;
import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.testing.TestExchange;
import java.io.IOException;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Who may begin to read a body that is being stored. */
class FillBytesTest {
    private final Exchange scope = TestExchange.begin();
    private final StoredHead head = Stored.head("http://shop.test/a").build();
    private final MemoryStore store = new MemoryStore(1_000_000, 100_000);
    private final FillBytes bytes;

    FillBytesTest() throws IOException {
        bytes = new FillBytes(
                scope.time(), Objects.requireNonNull(store.write(head, -1)), cause -> {}, () -> {}, () -> {});
    }

    @Test
    void afterItHasBrokenOffNobodyBeginsToRead() throws Exception {
        StoredBody first = bytes.reader(scope);
        bytes.write(new byte[10], 10, scope);
        bytes.fail(new ProxyException(Outcome.BODY_FAILED, Delivery.ANSWERED, "cut"));
        assertThat(bytes.reader(scope)).isNull();
        assertThat(first.read(0, new byte[20], 0, 20)).isEqualTo(10);
        assertThatThrownBy(() -> first.read(10, new byte[20], 0, 20)).hasMessageContaining("cut");
        first.close();
        assertThat(store.find(head.key())).isEmpty();
    }

    @Test
    void afterItsEndItIsReadAsLongAsSomebodyElseReadsIt() throws Exception {
        StoredBody first = bytes.reader(scope);
        bytes.write(new byte[10], 10, scope);
        assertThat(bytes.commit(head)).isTrue();
        bytes.complete();
        StoredBody second = bytes.reader(scope);
        first.close();
        assertThat(second.read(0, new byte[20], 0, 20)).isEqualTo(10);
        assertThat(second.read(10, new byte[20], 0, 20)).isEqualTo(-1);
        second.close();
        assertThat(bytes.reader(scope)).isNull();
        assertThat(store.find(head.key())).hasSize(1);
    }
}
