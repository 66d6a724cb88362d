package dev.sluice.lab.bench.micro;

import dev.sluice.proxy.http1.InputBuffer;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.http1.RequestReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Parses the head of a request: a browser's for a page, and the one that {@code wrk} sends. The bytes come in one read
 * each time. The reader is reused, as on a kept connection.
 *
 * <pre>mvn -q compile -Pjmh -Dexec.args="RequestHeadBenchmark -prof gc"</pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RequestHeadBenchmark {
    private final RequestReader browser = reader(BrowserRequest.bytes());
    private final RequestReader wrk =
            reader("GET /1k HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

    /** About 900 bytes with 14 field lines. */
    @Benchmark
    public @Nullable RequestHead browser() throws IOException {
        return browser.read();
    }

    /** 44 bytes with one field line. */
    @Benchmark
    public @Nullable RequestHead wrk() throws IOException {
        return wrk.read();
    }

    private static RequestReader reader(byte[] message) {
        InputBuffer endless = new InputBuffer(
                (target, offset, length) -> {
                    System.arraycopy(message, 0, target, offset, message.length);
                    return message.length;
                },
                8 * 1024);
        return new RequestReader(endless, 8 * 1024, 32 * 1024, 100);
    }
}
