package dev.sluice.lab.fuzz;

/** A frame as it stands among other bytes (RFC 9113 §4.1). */
final class Frame {
    static final int HEAD = 9;

    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PUSH_PROMISE = 5;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;

    static final int ACK = 1;
    static final int END_STREAM = 1;
    static final int END_HEADERS = 4;
    static final int PADDED = 8;
    static final int WITH_PRIORITY = 0x20;

    private final byte[] bytes;
    private final int begin;

    private Frame(byte[] bytes, int begin) {
        this.bytes = bytes;
        this.begin = begin;
    }

    /** The frame whose head is there. */
    static Frame at(byte[] bytes, int at) {
        return new Frame(bytes, at + HEAD);
    }

    /** All bytes, among which it is. */
    byte[] bytes() {
        return bytes;
    }

    /** Where its payload is. */
    int begin() {
        return begin;
    }

    /** The length of its payload, as its head says. */
    int length() {
        return (int) number(-HEAD, 3);
    }

    int type() {
        return bytes[begin - 6] & 0xff;
    }

    int stream() {
        return number31(-4);
    }

    /** Where the next one begins. */
    int end() {
        return begin + length();
    }

    boolean has(int flag) {
        return (bytes[begin - 5] & flag) != 0;
    }

    /** A number of its payload, which has so many bytes. */
    long number(int offset, int count) {
        long number = 0;
        for (int i = begin + offset; i < begin + offset + count; i++) {
            number = (number << 8) | (bytes[i] & 0xff);
        }
        return number;
    }

    /** A number of 31 bits of its payload. */
    int number31(int offset) {
        return (int) number(offset, 4) & Integer.MAX_VALUE;
    }

    /** Where its content begins, behind the length of its padding and the priority. */
    int content() {
        return begin + (padded() ? 1 : 0) + (prior() ? 5 : 0);
    }

    /** The length of its content. */
    int contentLength() {
        return end() - content() - (padded() ? bytes[begin] & 0xff : 0);
    }

    boolean padded() {
        return (type() == DATA || type() == HEADERS) && has(PADDED);
    }

    boolean prior() {
        return type() == HEADERS && has(WITH_PRIORITY);
    }
}
