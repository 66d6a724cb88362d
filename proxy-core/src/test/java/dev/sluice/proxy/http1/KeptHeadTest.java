package dev.sluice.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a reader keeps of the last head while its connection waits for the next one. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KeptHeadTest {
    private static final String LARGE = "GET / HTTP/1.1\r\nHost: a\r\nX-A: " + "y".repeat(29_000) + "\r\n\r\n";
    private static final String SMALL = "GET / HTTP/1.1\r\nHost: a\r\nX-A: " + "y".repeat(100) + "\r\n\r\n";

    private static RequestReader reader(String text) {
        ByteArrayInputStream in = new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1));
        return new RequestReader(new InputBuffer(in::read, 2048), 8192, 32 * 1024, 100);
    }

    private static String value(RequestReader reader) throws IOException {
        RequestHead head = reader.read();
        assertThat(head).isNotNull();
        return head.headers().first("X-A").orElseThrow();
    }

    @Test
    void aLargeHeadIsForgotten() throws Exception {
        RequestReader reader = reader(LARGE + SMALL);
        WeakReference<String> held = new WeakReference<>(value(reader));
        // The thread of a test that takes too long is interrupted.
        while (held.get() != null && !Thread.currentThread().isInterrupted()) {
            System.gc();
        }
        assertThat(held.get()).isNull();
        assertThat(value(reader)).hasSize(100);
    }

    @Test
    void repeatedValuesOfASmallHeadAreTheSameObject() throws Exception {
        RequestReader reader = reader(SMALL + SMALL);
        assertThat(value(reader)).isSameAs(value(reader));
    }
}
