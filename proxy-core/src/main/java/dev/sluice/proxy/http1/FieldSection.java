package dev.sluice.proxy.http1;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.internal.CheckedFields;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads field lines up to the empty line behind them (RFC 9112 §5): those of a head, or the trailers. Every byte is
 * checked here, as {@link Headers} requires. Reused for each message of a connection.
 */
final class FieldSection {
    private static final String[] NONE = {};

    private final InputBuffer in;
    private final int maxBytes;
    private final int maxCount;
    private final Side side;

    /** A larger section is dropped once it is read, as thousands of idle connections would keep theirs. */
    private static final int KEPT_BYTES = 2 * 1024;

    /** Enough for most heads. */
    private static final int USUAL_STRINGS = 24;

    /** Name, value, name, value and so on, of the section that is being read; then it belongs to the fields. */
    private String[] found = NONE;

    /** The array of the message before, which is read and not changed. */
    private String[] before = NONE;

    private int beforeSize;

    private int size;

    /** Limits: bytes of all lines with their line ends, without the empty line; and lines. */
    FieldSection(InputBuffer in, int maxBytes, int maxCount, Side side) {
        this.in = in;
        this.maxBytes = Math.min(maxBytes, RequestReader.LARGEST_LIMIT);
        this.maxCount = maxCount;
        this.side = side;
    }

    /** The fields; the empty line is used up. */
    Headers read() throws IOException {
        size = 0;
        int bytesLeft = maxBytes;
        int linesLeft = maxCount;
        while (in.at(0) != ByteSet.CR) {
            if (linesLeft-- == 0) {
                // RFC 6585 §5.
                throw side.fault(Outcome.LIMIT_EXCEEDED, 431, "more than " + maxCount + " header fields");
            }
            bytesLeft -= line(bytesLeft);
        }
        requireLineEnd(0);
        in.consume(2);
        return headers(maxBytes - bytesLeft);
    }

    /**
     * Reads one line.
     *
     * @param bytesLeft what it may take
     * @return what it took
     */
    private int line(int bytesLeft) throws IOException {
        // One offset further than a name or value may end, with the line's end still to come.
        int bound = Math.max(0, bytesLeft - 1);
        int nameEnd = in.scan(ByteSet.TOKEN, 0, bound);
        requireBelow(bound, nameEnd);
        requireName(nameEnd);
        int valueEnd = in.scan(ByteSet.TEXT, nameEnd + 1, bound);
        requireBelow(bound, valueEnd);
        requireLineEnd(valueEnd);
        String name = in.name(NameTable.FIELDS, 0, nameEnd);
        add(name, value(nameEnd + 1, valueEnd, likely(name)));
        in.consume(valueEnd + 2);
        return valueEnd + 2;
    }

    private void requireBelow(int bound, int offset) throws ProxyException {
        if (offset >= bound) {
            // RFC 6585 §5.
            throw side.fault(Outcome.LIMIT_EXCEEDED, 431, "header fields of more than " + maxBytes + " bytes");
        }
    }

    private void requireName(int nameEnd) throws IOException {
        byte next = in.at(nameEnd);
        if (next == ':' && nameEnd > 0) {
            return;
        }
        boolean blank = next == ' ' || next == '\t';
        if (blank && nameEnd == 0) {
            // RFC 9112 §2.2 before the first field, §5.2 (obs-fold) after.
            throw side.malformed("a field line that begins with white space");
        }
        // RFC 9112 §5.1: white space before the colon has led to request smuggling.
        throw side.malformed(
                blank
                        ? "white space between a field name and its colon"
                        : "a field line without a valid name and a colon");
    }

    private void requireLineEnd(int offset) throws IOException {
        // RFC 9110 §5.5: CR, LF and NUL in a value are dangerous; RFC 9112 §2.2: a bare LF need not end a line.
        if (in.at(offset) != ByteSet.CR || in.at(offset + 1) != ByteSet.LF) {
            throw side.malformed("a character that no field line may have, or a line that does not end with CRLF");
        }
    }

    /** As many as the message before had, and a line more. */
    private int likelyStrings() {
        return beforeSize == 0 ? USUAL_STRINGS : beforeSize + 2;
    }

    /** The value of the previous message in this place: one peer often repeats the same values. */
    private @Nullable String likely(String name) {
        return size < beforeSize && name.equals(before[size]) ? before[size + 1] : null;
    }

    /** RFC 9110 §5.5: white space around a value is no part of it. */
    private String value(int from, int to, @Nullable String likely) throws IOException {
        int start = from;
        int end = to;
        while (start < end && isBlank(in.at(start))) {
            start++;
        }
        while (end > start && isBlank(in.at(end - 1))) {
            end--;
        }
        return start == end ? "" : in.text(start, end, likely);
    }

    private static boolean isBlank(byte c) {
        return c == ' ' || c == '\t';
    }

    private void add(String name, String value) {
        if (size == found.length) {
            found = Arrays.copyOf(found, size == 0 ? likelyStrings() : 2 * size);
        }
        found[size++] = name;
        found[size++] = value;
    }

    private Headers headers(int bytes) {
        Headers none = Headers.empty();
        Headers read = size == 0 ? none : (Headers) CheckedFields.headers(found, size);
        // Kept while the connection waits, so that little may be.
        before = bytes <= KEPT_BYTES ? found : NONE;
        beforeSize = bytes <= KEPT_BYTES ? size : 0;
        found = NONE;
        return read;
    }
}
