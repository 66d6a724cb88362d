package dev.sluice.proxy.internal;

import javax.net.ssl.SSLException;

/**
 * Limits the TLS records without data that a peer may send in a row, such as key updates (RFC 8446 §4.6.3), warning
 * alerts and empty records: each costs this side much and the peer little. For one thread.
 */
public final class RecordCredit {
    /** As many are taken in a row. */
    private static final int MOST = 64;

    /** What each read that brought data gives back. */
    private static final int FOR_DATA = 4;

    private int left = MOST;

    /** A credit of which nothing is used. */
    public RecordCredit() {}

    /**
     * A record has come, whether there is data in it or not.
     *
     * @throws SSLException if there have been too many without data
     */
    public void record() throws SSLException {
        if (--left < 0) {
            throw new SSLException("the peer sends one record after another without data");
        }
    }

    /** A read has brought data. */
    public void data() {
        left = Math.min(MOST, left + FOR_DATA);
    }
}
