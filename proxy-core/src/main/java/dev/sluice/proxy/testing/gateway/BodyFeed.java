package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.testing.change.Change;
import dev.sluice.proxy.time.Signal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A body that the test writes while clients read it: each write is sent at once, as a chunk of its own. Every request
 * that is answered with it reads it from the beginning, also one that comes later. Safe for use by many threads.
 *
 * <pre>{@code
 * BodyFeed feed = new BodyFeed();
 * gateway.on("GET /prices").answers(Answer.events(feed));
 * feed.event("10").event("11");
 * feed.fail(Fault.RESET);
 * }</pre>
 */
public final class BodyFeed {
    private final List<byte[]> pieces = new ArrayList<>();
    private final Change readersChange = new Change();
    private Signal change = new Signal();
    private boolean ended;
    private @Nullable Fault fault;
    private int readers;
    private int left;

    /** Makes a feed without bytes. */
    public BodyFeed() {}

    /**
     * Sends these bytes.
     *
     * @throws IllegalStateException if the feed has ended or failed
     */
    public BodyFeed write(byte[] bytes) {
        byte[] piece = bytes.clone();
        change(() -> {
            if (piece.length > 0) {
                pieces.add(piece);
            }
        });
        return this;
    }

    /**
     * Sends this text in UTF-8.
     *
     * @throws IllegalStateException if the feed has ended or failed
     */
    public BodyFeed write(String text) {
        return write(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Sends a server-sent event, for {@link Answer#events(BodyFeed)}. Each line of the data becomes a line of the event.
     *
     * @throws IllegalStateException if the feed has ended or failed
     */
    public BodyFeed event(String data) {
        return write(ServerSentEvent.of(null, null, data));
    }

    /**
     * Sends a server-sent event with a name.
     *
     * @throws IllegalArgumentException if the name has a line end
     * @throws IllegalStateException if the feed has ended or failed
     */
    public BodyFeed event(String name, String data) {
        return write(ServerSentEvent.of(Objects.requireNonNull(name, "name"), null, data));
    }

    /**
     * Sends a server-sent event with a name and an id. Something else, such as {@code retry} or a comment, is sent by
     * {@link #write(String)}: {@code write("retry: 100\n\n")}.
     *
     * @param name null for none
     * @param id what a client sends as {@code Last-Event-ID} when it connects again
     * @throws IllegalArgumentException if the name or the id has a line end, or the id has a NUL
     * @throws IllegalStateException if the feed has ended or failed
     */
    public BodyFeed event(@Nullable String name, String id, String data) {
        return write(ServerSentEvent.of(name, Objects.requireNonNull(id, "id"), data));
    }

    /**
     * Ends the body.
     *
     * @throws IllegalStateException if the feed has ended or failed
     */
    public void end() {
        change(() -> ended = true);
    }

    /**
     * Breaks the body off, behind what was written.
     *
     * @param how RESET, CLOSE or SILENT
     * @throws IllegalArgumentException if it is another fault, or has a place
     * @throws IllegalStateException if the feed has ended or failed
     */
    public void fail(Fault how) {
        if (!how.kind().anywhere || how.place() != Fault.Place.INSTEAD) {
            throw new IllegalArgumentException("a feed fails by RESET, CLOSE or SILENT, not by " + how);
        }
        change(() -> fault = how);
    }

    /** The number of answers that are reading it now. */
    public synchronized int readers() {
        return readers;
    }

    /**
     * The number of clients that have left before its end. An answer that its own fault breaks off, or the end of the
     * gateway, does not count.
     */
    public synchronized int left() {
        return left;
    }

    /**
     * Waits, in real time, until so many answers are reading it.
     *
     * @throws AssertionError if there are fewer after 10 s
     */
    public void awaitReaders(int count) {
        readersChange.require(
                () -> readers() >= count, () -> count + " readers of the feed, but there are " + readers());
    }

    /**
     * Waits, in real time, until so many clients have left before its end. A client that ends only its own direction of the
     * connection has left as well.
     *
     * @throws AssertionError if there are fewer after 10 s
     */
    public void awaitLeft(int count) {
        readersChange.require(
                () -> left() >= count,
                () -> count + " clients that leave the feed, but " + left() + " have left and " + readers() + " read");
    }

    private void change(Runnable what) {
        Signal before;
        synchronized (this) {
            if (ended || fault != null) {
                throw new IllegalStateException("the feed has " + (ended ? "ended" : "failed by " + fault));
            }
            what.run();
            before = change;
            change = new Signal();
        }
        before.fire();
    }

    /** The body of an answer. */
    Content content() {
        return new Content() {
            @Override
            public long length() {
                return UNKNOWN;
            }

            @Override
            public InputStream open(Pacing pacing, long end) {
                return new FeedInput(BodyFeed.this, pacing, end);
            }
        };
    }

    /**
     * The piece at this place, for which it waits; null at the end.
     *
     * @throws BrokenOff if the feed fails there
     * @throws IOException if the answer is broken off before
     */
    byte @Nullable [] piece(int index, Pacing pacing) throws IOException {
        while (true) {
            Signal more;
            synchronized (this) {
                if (index < pieces.size()) {
                    return pieces.get(index);
                }
                if (fault != null) {
                    throw new BrokenOff(fault);
                }
                if (ended) {
                    return null;
                }
                more = change;
            }
            pacing.await(more);
        }
    }

    /** How many bytes of a piece from there on can be read without waiting. */
    synchronized int available(int index, int at) {
        return index < pieces.size() ? pieces.get(index).length - at : 0;
    }

    void begun() {
        synchronized (this) {
            readers++;
        }
        readersChange.tell();
    }

    /** An answer no longer reads. */
    void closed(boolean clientLeft) {
        synchronized (this) {
            readers--;
            left += clientLeft ? 1 : 0;
        }
        readersChange.tell();
    }
}
