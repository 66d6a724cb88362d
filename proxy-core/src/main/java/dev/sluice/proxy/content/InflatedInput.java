package dev.sluice.proxy.content;

import dev.sluice.proxy.internal.BulkInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * Reads gzip (RFC 1952) or zlib (RFC 1950). Stricter than the JDK's own streams, which ignore what follows the end, and
 * find the next member of gzip only if it has already arrived. For one thread.
 */
final class InflatedInput extends BulkInputStream {
    private static final int MAGIC = 0x8b1f;
    private static final int CHECKED_HEADER = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;
    private static final int RESERVED = 0xe0;

    private final InputStream in;
    private final boolean gzip;
    private final Inflater inflater;
    private final CRC32 checksum = new CRC32();
    private final byte[] buffer = new byte[8 * 1024];
    private int from;
    private int to;
    private boolean inMember;
    private boolean begun;
    private boolean ended;

    InflatedInput(InputStream in, boolean gzip) {
        this.in = in;
        this.gzip = gzip;
        this.inflater = new Inflater(gzip);
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (!ended) {
            if (!inMember) {
                beginMember();
                continue;
            }
            int n = inflate(target, offset, length);
            if (n > 0) {
                checksum.update(target, offset, n);
                return n;
            }
            if (inflater.finished()) {
                endMember();
            } else if (inflater.needsDictionary()) {
                throw new ZipException("it needs a dictionary");
            } else {
                feed();
            }
        }
        return -1;
    }

    private int inflate(byte[] target, int offset, int length) throws ZipException {
        try {
            return inflater.inflate(target, offset, length);
        } catch (DataFormatException bad) {
            ZipException invalid = new ZipException(bad.getMessage());
            invalid.initCause(bad);
            throw invalid;
        }
    }

    private void feed() throws IOException {
        if (from == to && !fill()) {
            throw new EOFException("it ends too early");
        }
        inflater.setInput(buffer, from, to - from);
        from = to;
    }

    private void beginMember() throws IOException {
        if (begun && from == to && !fill()) {
            ended = true;
            return;
        }
        checksum.reset();
        if (gzip) {
            header();
        } else if (begun) {
            throw new ZipException("something follows its end");
        }
        checksum.reset();
        begun = true;
        inMember = true;
    }

    /** RFC 1952 §2.3: magic number, method, flags, time, extra flags, system, and what the flags announce. */
    private void header() throws IOException {
        if (two() != MAGIC || one() != 8) {
            throw new ZipException(begun ? "something follows its end" : "it does not begin as gzip");
        }
        int flags = one();
        if ((flags & RESERVED) != 0) {
            throw new ZipException("a reserved flag is set");
        }
        skip(6);
        if ((flags & EXTRA) != 0) {
            skip(two());
        }
        if ((flags & NAME) != 0) {
            skipText();
        }
        if ((flags & COMMENT) != 0) {
            skipText();
        }
        int sum = (int) checksum.getValue() & 0xffff;
        if ((flags & CHECKED_HEADER) != 0 && two() != sum) {
            throw new ZipException("the header's checksum is wrong");
        }
    }

    private void endMember() throws IOException {
        from = to - inflater.getRemaining();
        if (gzip) {
            long sum = checksum.getValue();
            long length = inflater.getBytesWritten() & 0xffffffffL;
            if (four() != sum || four() != length) {
                throw new ZipException("the checksum or length at its end is wrong");
            }
        }
        inflater.reset();
        inMember = false;
    }

    private void skip(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            one();
        }
    }

    private void skipText() throws IOException {
        while (one() != 0) {
            // It is not wanted.
        }
    }

    private long four() throws IOException {
        return two() | (long) two() << 16;
    }

    private int two() throws IOException {
        return one() | one() << 8;
    }

    private int one() throws IOException {
        if (from == to && !fill()) {
            throw new EOFException("it ends too early");
        }
        byte next = buffer[from++];
        checksum.update(next);
        return next & 0xff;
    }

    private boolean fill() throws IOException {
        int n = in.read(buffer, 0, buffer.length);
        from = 0;
        to = Math.max(0, n);
        return n >= 0;
    }

    @Override
    public void close() throws IOException {
        inflater.end();
        in.close();
    }
}
