package dev.sluice.lab.chaos;

import dev.sluice.lab.Heads;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * The answer that a client got.
 *
 * @param detail what was wrong, in words
 * @param keepsConnection whether the connection can be used for the next request
 */
record Answer(Verdict verdict, String detail, boolean keepsConnection) {
    /** How a response looks to a client that knows the right one. */
    enum Verdict {
        /** The complete, right answer. */
        COMPLETE,
        /** A status other than 200. */
        ERROR,
        /** The body broke off, and the client can see that. */
        ABORTED,
        /** The connection ended before a head. */
        CUT,
        /** It looks complete, but is not the right answer. */
        WRONG
    }

    static Answer failed(Verdict verdict, String detail) {
        return new Answer(verdict, detail, false);
    }

    /** Reads the response to its end. */
    static Answer read(Asked asked, InputStream in) {
        String head = "";
        try {
            head = Heads.read(in);
            if (head.isEmpty()) {
                return failed(Verdict.CUT, "the connection was closed");
            }
            if (!head.startsWith("HTTP/1.1 200 ")) {
                return failed(Verdict.ERROR, head.substring(0, head.indexOf('\r')));
            }
            String wrong = head.contains("Transfer-Encoding: chunked") ? chunks(asked, in) : known(asked, head, in);
            boolean keeps = wrong.isEmpty() && !head.contains("Connection: close");
            return new Answer(wrong.isEmpty() ? Verdict.COMPLETE : Verdict.WRONG, wrong, keeps);
        } catch (IOException broken) {
            return failed(head.isEmpty() ? Verdict.CUT : Verdict.ABORTED, broken.toString());
        }
    }

    /** What is wrong with a body that was read to its end; empty if it is right. */
    private static String known(Asked asked, String head, InputStream in) throws IOException {
        long length = Heads.length(head);
        if (length < 0) {
            return "neither a length nor chunks";
        }
        boolean right = piece(asked, 0, length, in);
        return right && length == asked.length() ? "" : differs(asked, length, right);
    }

    private static String chunks(Asked asked, InputStream in) throws IOException {
        long total = 0;
        boolean right = true;
        while (true) {
            String line = Heads.line(in);
            if (line.isEmpty()) {
                throw new EOFException("ended after " + total + " bytes, before the last chunk");
            }
            int size = Integer.parseInt(line.strip(), 16);
            right &= piece(asked, total, size, in);
            total += size;
            if (!Heads.line(in).equals("\r\n")) {
                throw new EOFException("ended after " + total + " bytes, at the end of a chunk");
            }
            if (size == 0) {
                return right && total == asked.length() ? "" : differs(asked, total, right);
            }
        }
    }

    private static boolean piece(Asked asked, long from, long length, InputStream in) throws IOException {
        byte[] buffer = new byte[8 * 1024];
        boolean right = true;
        for (long done = 0; done < length; ) {
            int count = in.read(buffer, 0, (int) Math.min(buffer.length, length - done));
            if (count < 0) {
                throw new EOFException("ended after " + (from + done) + " bytes");
            }
            right &= Content.matches(asked.seed(), from + done, buffer, count);
            done += count;
        }
        return right;
    }

    private static String differs(Asked asked, long length, boolean right) {
        return length + " bytes instead of " + asked.length() + (right ? "" : ", with other content");
    }
}
