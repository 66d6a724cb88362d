package dev.sluice.proxy.wire;

import dev.sluice.proxy.syntax.Ascii;
import org.jspecify.annotations.Nullable;

/**
 * Finds the server name in the first bytes of a TLS connection: RFC 8446 §5.1 for the records, §4.1.2 for the
 * ClientHello, RFC 6066 §3 for the name. It trusts no length, and finds no name in a message that it cannot read: TLS
 * judges the message.
 */
public final class ClientHello {
    /** The greatest number of bytes of records and message that are read. */
    public static final int MAX_BYTES = 16 * 1024;

    private static final int RECORD_HEADER = 5;
    private static final int HANDSHAKE_RECORD = 22;
    private static final int MESSAGE_HEADER = 4;
    private static final int CLIENT_HELLO = 1;
    private static final int VERSION_AND_RANDOM = 2 + 32;
    private static final int SERVER_NAME = 0;
    private static final int HOST_NAME = 0;
    private static final int MAX_NAME = 255;

    /** The message without the headers of the records. */
    private final byte[] message;

    private final int end;
    private int at;

    private ClientHello(byte[] message, int end) {
        this.message = message;
        this.end = end;
    }

    /**
     * The least number of bytes that must still come before {@link #serverName} is known; 0 if it is. It may exceed
     * {@link #MAX_BYTES}, and then the message is too long.
     */
    public static int missing(byte[] bytes, int length) {
        int record = 0;
        int gathered = 0;
        int wanted = MESSAGE_HEADER;
        byte[] head = new byte[MESSAGE_HEADER];
        while (gathered < wanted) {
            if (length - record < RECORD_HEADER) {
                return length > record && bytes[record] != HANDSHAKE_RECORD ? 0 : record + RECORD_HEADER - length;
            }
            int size = recordSize(bytes, record);
            if (size <= 0) {
                return 0;
            }
            int there = Math.min(size, length - record - RECORD_HEADER);
            int ofHead = Math.max(0, Math.min(there, MESSAGE_HEADER - gathered));
            System.arraycopy(bytes, record + RECORD_HEADER, head, Math.min(gathered, MESSAGE_HEADER), ofHead);
            gathered += there;
            if (gathered >= MESSAGE_HEADER) {
                if (head[0] != CLIENT_HELLO) {
                    return 0;
                }
                wanted = MESSAGE_HEADER + messageSize(head);
            }
            if (there < size) {
                return Math.max(0, Math.min(wanted - gathered, size - there));
            }
            record += RECORD_HEADER + size;
        }
        return 0;
    }

    /** The name in lower case, or null when there is none, or no ClientHello that can be read. */
    public static @Nullable String serverName(byte[] bytes, int length) {
        byte[] message = new byte[length];
        int gathered = 0;
        for (int record = 0; length - record >= RECORD_HEADER; ) {
            int size = Math.min(recordSize(bytes, record), length - record - RECORD_HEADER);
            if (size <= 0) {
                break;
            }
            System.arraycopy(bytes, record + RECORD_HEADER, message, gathered, size);
            gathered += size;
            record += RECORD_HEADER + size;
        }
        if (gathered < MESSAGE_HEADER || message[0] != CLIENT_HELLO) {
            return null;
        }
        int end = MESSAGE_HEADER + messageSize(message);
        return end > gathered ? null : new ClientHello(message, end).find();
    }

    /** The size of the record's content, or 0 where no record of a handshake begins. */
    private static int recordSize(byte[] bytes, int at) {
        boolean handshake = bytes[at] == HANDSHAKE_RECORD && bytes[at + 1] == 3;
        return handshake ? (bytes[at + 3] & 0xff) << 8 | (bytes[at + 4] & 0xff) : 0;
    }

    private static int messageSize(byte[] head) {
        return (head[1] & 0xff) << 16 | (head[2] & 0xff) << 8 | (head[3] & 0xff);
    }

    private @Nullable String find() {
        at = MESSAGE_HEADER;
        // Session id, cipher suites, compression methods, and then the extensions to the message's end.
        boolean plausible = skip(VERSION_AND_RANDOM)
                && skip(number(1))
                && skip(number(2))
                && skip(number(1))
                && number(2) == end - at;
        while (plausible && at < end) {
            int type = number(2);
            int size = number(2);
            if (type == SERVER_NAME) {
                return size < 0 || size > end - at ? null : nameIn(at + size);
            }
            plausible = skip(size);
        }
        return null;
    }

    /** A list of names, of which clients send one: only one of each type is allowed, and there is only one type. */
    private @Nullable String nameIn(int extensionEnd) {
        boolean one = number(2) == extensionEnd - at && number(1) == HOST_NAME;
        int size = one ? number(2) : -1;
        if (size <= 0 || size > MAX_NAME || size != extensionEnd - at) {
            return null;
        }
        StringBuilder name = new StringBuilder(size);
        for (; at < extensionEnd; at++) {
            int c = message[at];
            if (!Ascii.isLetterOrDigit(c) && c != '-' && c != '.' && c != '_') {
                return null;
            }
            name.append((char) (Ascii.isUpper(c) ? c + ('a' - 'A') : c));
        }
        return name.toString();
    }

    private boolean skip(int size) {
        if (size < 0 || size > end - at) {
            return false;
        }
        at += size;
        return true;
    }

    /** The number in the next bytes, or -1 when they are not there. */
    private int number(int size) {
        if (size > end - at) {
            return -1;
        }
        int number = 0;
        for (int i = 0; i < size; i++) {
            number = number << 8 | (message[at++] & 0xff);
        }
        return number;
    }
}
