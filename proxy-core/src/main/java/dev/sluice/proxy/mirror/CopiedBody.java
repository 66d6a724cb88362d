package dev.sluice.proxy.mirror;

import dev.sluice.proxy.internal.BulkInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;

/**
 * Copies a body while somebody else reads it. It is settled once: with the whole copy, or skipped, when the body is too long
 * or has not come whole at the end of the exchange. For one reader at a time; {@link #skip} from any thread.
 */
final class CopiedBody {
    private final long length;
    private final int limit;
    private final Consumer<byte[]> whole;
    private final Runnable skipped;
    private final ByteArrayOutputStream copy = new ByteArrayOutputStream();
    private boolean settled;

    /**
     * Nothing is copied yet.
     *
     * @param length of the body, or below 0 if only its end shows it
     * @param limit the longest copy
     * @param whole gets the copy, on the thread that reads; must not throw
     * @param skipped is told if there is none; must not throw
     */
    CopiedBody(long length, int limit, Consumer<byte[]> whole, Runnable skipped) {
        this.length = length;
        this.limit = limit;
        this.whole = whole;
        this.skipped = skipped;
    }

    /** The same bytes. */
    InputStream of(InputStream body) {
        return new Copying(body);
    }

    /** There is no copy, unless it is whole already. */
    void skip() {
        synchronized (this) {
            if (settled) {
                return;
            }
            settled = true;
            copy.reset();
        }
        skipped.run();
    }

    private void read(byte[] bytes, int offset, int n) {
        byte[] all = null;
        boolean tooLong = false;
        synchronized (this) {
            if (settled) {
                return;
            }
            tooLong = n > limit - copy.size();
            if (n > 0 && !tooLong) {
                copy.write(bytes, offset, n);
            }
            // A reader that knows the length need not ask for the end.
            if (!tooLong && (n < 0 || copy.size() == length)) {
                settled = true;
                all = copy.toByteArray();
            }
        }
        if (tooLong) {
            skip();
        } else if (all != null) {
            whole.accept(all);
        }
    }

    private final class Copying extends BulkInputStream {
        private final InputStream body;

        private Copying(InputStream body) {
            this.body = body;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int n = body.read(target, offset, length);
            if (n != 0) {
                CopiedBody.this.read(target, offset, n);
            }
            return n;
        }

        @Override
        public int available() throws IOException {
            return body.available();
        }

        @Override
        public void close() throws IOException {
            body.close();
        }
    }
}
