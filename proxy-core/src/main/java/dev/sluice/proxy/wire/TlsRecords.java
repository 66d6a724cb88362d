package dev.sluice.proxy.wire;

import dev.sluice.proxy.internal.RecordCredit;
import java.io.IOException;
import javax.net.ssl.SSLException;

/**
 * Follows the received records (RFC 8446 §5.1, RFC 5246 §6.2.1): their headers are in plain text. Once the handshake is
 * done it refuses records that cost this side much and the peer little: another handshake, which up to TLS 1.2 either
 * side may ask for (RFC 5746 §5 lets a side refuse it), and endless records without data, such as key updates (RFC 8446
 * §4.6.3). For the thread that reads.
 */
final class TlsRecords {
    private static final int HEADER_BYTES = 5;
    private static final int HANDSHAKE = 22;

    private final RecordCredit credit = new RecordCredit();
    private final byte[] header = new byte[HEADER_BYTES];
    private int headerBytes;
    private int bodyLeft;
    private boolean established;

    /** The handshake is done. */
    void established() {
        established = true;
    }

    /** A read has brought data. */
    void data() {
        credit.data();
    }

    /**
     * Looks at bytes that have come, in their order.
     *
     * @throws SSLException if they are refused
     */
    void received(byte[] bytes, int offset, int length) throws IOException {
        int end = offset + length;
        for (int at = offset; at < end; ) {
            if (bodyLeft > 0) {
                int skipped = Math.min(bodyLeft, end - at);
                bodyLeft -= skipped;
                at += skipped;
            } else {
                header[headerBytes++] = bytes[at++];
                if (headerBytes == HEADER_BYTES) {
                    headerBytes = 0;
                    bodyLeft = (header[3] & 0xff) << 8 | (header[4] & 0xff);
                    judge();
                }
            }
        }
    }

    private void judge() throws SSLException {
        if (!established) {
            return;
        }
        // TLS 1.3 shows this for no record: all records after the handshake look like data from outside.
        if (header[0] == HANDSHAKE) {
            throw new SSLException("the peer asks for another handshake, which is refused");
        }
        credit.record();
    }
}
