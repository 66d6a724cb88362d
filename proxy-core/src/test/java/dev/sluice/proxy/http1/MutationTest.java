package dev.sluice.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.internal.Printable;
import java.io.EOFException;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

/**
 * Mutated messages, 1,000,000 in total and the same in each run. Each is read as a whole, in two pieces split at every
 * byte, and byte by byte. The result and the number of used bytes are always the same. Only {@link ProxyException} and
 * {@link EOFException} are thrown. An accepted message is written again, and is then accepted with the same values.
 */
class MutationTest {
    private static final long SEED = 20240611;
    private static final int MOST_BYTES = 48;
    private static final int HEADER_BYTES = 24;

    /** An accepted message can be longer when it is written, because there is always a space after the colon. */
    private static final int ENOUGH_BYTES = 64;

    @Test
    void aRequestIsReadInTheSameWayHoweverItArrives() throws Exception {
        List<String> valid = List.of(
                "GET / HTTP/1.1\r\n\r\n",
                "\r\nGET / HTTP/1.0\r\n\r\n",
                "PUT /abcdefghijk HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\na: b\r\n\r\n",
                "GET / HTTP/1.1\r\nhost:x\r\na: b \r\n\r\n",
                "GET * HTTP/1.1\r\na:\t\u00e9 x\r\n\r\n");
        check(
                100_000,
                valid,
                new Reading.Requests(256, HEADER_BYTES),
                new Reading.Requests(8, HEADER_BYTES),
                new Reading.Requests(256, ENOUGH_BYTES));
    }

    @Test
    void aResponseIsReadInTheSameWayHoweverItArrives() throws Exception {
        List<String> valid = List.of(
                "HTTP/1.1 200 OK\r\n\r\n",
                "HTTP/1.1 204\r\n\r\n",
                "HTTP/1.0 404 \r\n\r\n",
                "HTTP/1.1 103 E h\r\na: b\r\nc: d\r\n\r\n",
                "HTTP/1.1 200 \r\nVia: x\t\r\n\r\n");
        check(
                60_000,
                valid,
                new Reading.Responses(256, HEADER_BYTES),
                new Reading.Responses(8, HEADER_BYTES),
                new Reading.Responses(256, ENOUGH_BYTES));
    }

    @Test
    void aBodyInChunksIsReadInTheSameWayHoweverItArrives() throws Exception {
        List<String> valid = List.of(
                "0\r\n\r\n",
                "3\r\nabc\r\n0\r\n\r\n",
                "0a\r\n0123456789\r\n0\r\n\r\n",
                "1\r\na\r\n1\r\nb\r\n1\r\nc\r\n0\r\n\r\n",
                "1;a=\"b;c\"\r\nx\r\n0 ;y\r\n\r\n",
                "2\r\n\r\n\r\n0\r\na: b\r\nHost: x\r\n\r\n");
        check(
                90_000,
                valid,
                new Reading.Chunks(256, HEADER_BYTES, 64),
                new Reading.Chunks(8, HEADER_BYTES, 3),
                new Reading.Chunks(256, ENOUGH_BYTES, 64));
    }

    /** On a separate thread, because an exception costs more if the stack is deep. */
    private static void check(int count, List<String> valid, Reading whole, Reading split, Reading again)
            throws Exception {
        FutureTask<Integer> accepted = new FutureTask<>(() -> {
            Mutations messages = new Mutations(SEED, MOST_BYTES, valid);
            int good = 0;
            for (int i = 0; i < count; i++) {
                messages.next();
                good += check(i, messages, whole, split, again) ? 1 : 0;
            }
            return good;
        });
        new Thread(accepted, "mutations").start();

        // If nearly all were accepted, or nearly all refused, the mutations would test nothing.
        assertThat(accepted.get()).isBetween(count / 10, count / 2);
    }

    private static boolean check(int index, Mutations message, Reading whole, Reading split, Reading again) {
        byte[] bytes = message.bytes();
        int length = message.length();
        whole.pieces.set(bytes, length, 0);
        Reading.Result expected = whole.result();
        for (int at = 1; at < length; at++) {
            split.pieces.set(bytes, length, at);
            requireSame(index, message, "split at " + at, expected, split.result());
        }
        split.pieces.setSingly(bytes, length);
        requireSame(index, message, "byte by byte", expected, split.result());
        Object value = expected.value();
        if (value == null || expected.thrown() != null) {
            return false;
        }
        OutputBuffer out = new OutputBuffer(128);
        Object written = again.write(value, out);
        again.pieces.set(out.bytes(), out.size(), 0);
        requireSame(index, message, "written again", new Reading.Result(written, out.size(), null), again.result());
        return true;
    }

    private static void requireSame(
            int index, Mutations message, String how, Reading.Result expected, Reading.Result actual) {
        if (!expected.same(actual)) {
            fail(
                    "seed %d, message %d \"%s\", %s: expected %s but was %s",
                    SEED, index, Printable.of(message.text()), how, expected, actual);
        }
    }
}
