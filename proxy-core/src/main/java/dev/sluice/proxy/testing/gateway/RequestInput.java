package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.header.rule.Framing;
import dev.sluice.proxy.http1.InputBuffer;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.http1.RequestReader;
import dev.sluice.proxy.testing.gateway.ReceivedRequest.Content;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the requests of a connection, and keeps their bytes as they came. For one thread, and a task of its own that reads
 * on while the answer is written: nothing else is read before that has ended.
 */
final class RequestInput {
    private static final int LINE_BYTES = 1 << 20;
    private static final int HEAD_BYTES = 1 << 24;
    private static final int HEAD_FIELDS = 10_000;
    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final InputStream in;
    private final OutputStream out;
    /** What came since the request before, and perhaps some of the next one. */
    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();

    private final InputBuffer buffer = new InputBuffer(this::fill, 1024);
    private final RequestReader heads = new RequestReader(buffer, LINE_BYTES, HEAD_BYTES, HEAD_FIELDS);

    private @Nullable RequestHead head;
    private @Nullable RequestBody body;
    /** The request if it is none: malformed, or cut. */
    private @Nullable Content wrong;
    /** Whether the client waits for 100 (Continue), and has not got it. */
    private boolean expecting;

    /** Fires when a task has read the rest of a body that the answer did not wait for; null if none does. */
    private @Nullable Signal dropped;
    /** Whether nobody knows where the request ends. */
    private volatile boolean endless;
    /** Fires when a task has read what comes behind the request; null if none does. */
    private @Nullable Signal watched;

    /**
     * An input.
     *
     * @param out for 100 (Continue)
     */
    RequestInput(InputStream in, OutputStream out) {
        this.in = in;
        this.out = out;
    }

    /**
     * Waits for the next request.
     *
     * @return false if the client ends before it, or nobody knows where it begins
     */
    boolean await() throws IOException {
        awaitRest();
        if (isWithinBody()) {
            return false;
        }
        endTasks();
        return buffer.available() > 0 || buffer.fill();
    }

    /** Waits until the body has come that an answer did not wait for, or the client has left within it. */
    void awaitRest() throws IOException {
        end(dropped);
        dropped = null;
    }

    /**
     * Reads the head of the next request, which may be malformed; after {@link #await}.
     *
     * @return false if the client ends behind an empty line, which is none (RFC 9112 §2.2)
     */
    boolean begin() {
        forget();
        body = null;
        wrong = null;
        expecting = false;
        RequestHead next = null;
        try {
            next = heads.read();
            if (next != null) {
                Framing framing = Framing.request(next.method(), next.version(), next.headers());
                body = new RequestBody(buffer, framing.length(), HEAD_BYTES, HEAD_FIELDS);
                expecting = next.version() == HttpVersion.HTTP_1_1
                        && next.headers().hasToken("Expect", "100-continue")
                        && framing.length() != 0
                        && buffer.available() == 0;
            }
        } catch (ProxyException refused) {
            wrong = malformed(refused);
        } catch (IOException left) {
            wrong = Content.cutInHead(taken.toByteArray());
        }
        head = next;
        return next != null || wrong != null;
    }

    /**
     * The request once its body has so many bytes, or is whole; after {@link #begin}. Whoever expects it gets 100 (Continue)
     * when the first byte is waited for.
     */
    Content upTo(int bodyBytes) {
        if (wrong != null) {
            return wrong;
        }
        RequestHead begun = Objects.requireNonNull(head, "begin() comes before");
        RequestBody read = Objects.requireNonNull(body, "begin() comes before");
        try {
            if (expecting && bodyBytes > 0) {
                expecting = false;
                out.write(CONTINUE);
                out.flush();
            }
            read.readTo(bodyBytes);
            return new Content(
                    begun.method(),
                    begun.target(),
                    begun.version(),
                    begun.headers(),
                    read.bytes(),
                    read.trailers(),
                    used(),
                    expecting,
                    null,
                    false,
                    read.ended());
        } catch (ProxyException refused) {
            wrong = malformed(refused);
        } catch (IOException left) {
            wrong = Content.cutInBody(taken.toByteArray(), read.size(), begun.method(), begun.target());
        }
        return wrong;
    }

    /** Everything that came belongs to it, as nobody knows where the next one would begin. */
    private Content malformed(ProxyException refused) {
        return Content.malformed(taken.toByteArray(), String.valueOf(refused.getMessage()));
    }

    private boolean isWithinBody() {
        RequestBody last = body;
        return last != null && !last.ended();
    }

    /**
     * From now on, reads and drops what is left of the request, so that a client which only writes goes on to read.
     *
     * @param malformed gets what is wrong with it
     */
    void dropRest(Consumer<String> malformed) {
        RequestBody rest = body;
        if (rest != null && wrong == null && !rest.ended()) {
            dropped = TimeSource.system().start("gateway-rest", () -> drop(rest, malformed));
        }
    }

    private void drop(RequestBody rest, Consumer<String> malformed) {
        try {
            while (rest.drop()) {
                forget();
            }
        } catch (ProxyException refused) {
            endless = true;
            malformed.accept(String.valueOf(refused.getMessage()));
        } catch (IOException left) {
            // A client need not send what nobody wants to have.
        }
    }

    /**
     * From now on sees the client leave, until {@link #await} or until it sends its next request.
     *
     * @param left fires when it leaves
     */
    void watch(Signal left) {
        Signal before = dropped;
        if (watched == null && (before != null || buffer.available() == 0)) {
            watched = TimeSource.system().start("gateway-watch", () -> {
                if (!comes(before)) {
                    left.fire();
                }
            });
        }
    }

    private boolean comes(@Nullable Signal before) {
        try {
            end(before);
            if (endless) {
                in.transferTo(OutputStream.nullOutputStream());
            }
            return !isWithinBody() && (buffer.available() > 0 || buffer.fill());
        } catch (IOException gone) {
            return false;
        }
    }

    /** Waits until nothing reads on: the rest of the request has come, and what was watched for, or the client has left. */
    void endTasks() throws IOException {
        awaitRest();
        end(watched);
        watched = null;
    }

    private static void end(@Nullable Signal pending) throws IOException {
        if (pending == null) {
            return;
        }
        try {
            TimeSource.system().await(pending, TimeSource.NEVER);
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupt);
        }
    }

    /** What comes behind the last request, once all of that has come. */
    InputStream rest() throws IOException {
        endTasks();
        while (body != null && body.drop()) {
            forget();
        }
        forget();
        return new SequenceInputStream(new ByteArrayInputStream(taken.toByteArray()), in);
    }

    /** The bytes of this request, as far as it was read. */
    private byte[] used() {
        byte[] all = taken.toByteArray();
        int end = all.length - buffer.available();
        return end == all.length ? all : Arrays.copyOf(all, end);
    }

    /** Keeps only what was not read yet. */
    private void forget() {
        byte[] all = taken.toByteArray();
        int end = all.length - buffer.available();
        taken.reset();
        taken.write(all, end, all.length - end);
    }

    private int fill(byte[] target, int offset, int length) throws IOException {
        int n = in.read(target, offset, length);
        if (n > 0) {
            taken.write(target, offset, n);
        }
        return n;
    }
}
