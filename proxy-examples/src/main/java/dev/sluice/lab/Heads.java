package dev.sluice.lab;

import java.io.IOException;
import java.io.InputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The part of HTTP/1.1 that the soak and the chaos benchmark need. */
public final class Heads {
    private static final Pattern LENGTH = Pattern.compile("(?i)\r\nContent-Length: (\\d+)\r\n");

    private Heads() {}

    /** Reads a head and the empty line after it. Returns an empty text at the end of the stream. */
    public static String read(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || head.indexOf("\r\n\r\n", head.length() - 4) < 0) {
            int next = in.read();
            if (next < 0) {
                return "";
            }
            head.append((char) next);
        }
        return head.toString();
    }

    /** The value of {@code Content-Length}, or -1 without that field. */
    public static long length(String head) {
        Matcher length = LENGTH.matcher(head);
        return length.find() ? Long.parseLong(length.group(1)) : -1;
    }

    /** Reads a body to its end. Returns false if the stream ended first. */
    public static boolean skipBody(String head, InputStream in) throws IOException {
        long left = length(head);
        if (left >= 0) {
            byte[] buffer = new byte[8192];
            while (left > 0) {
                int n = in.read(buffer, 0, (int) Math.min(buffer.length, left));
                if (n < 0) {
                    return false;
                }
                left -= n;
            }
            return true;
        }
        return !head.toLowerCase(java.util.Locale.ROOT).contains("transfer-encoding: chunked") || skipChunks(in);
    }

    private static boolean skipChunks(InputStream in) throws IOException {
        while (true) {
            String line = line(in);
            if (line.isEmpty()) {
                return false;
            }
            int size = Integer.parseInt(line.strip(), 16);
            if (in.readNBytes(size).length < size) {
                return false;
            }
            if (size == 0) {
                String trailer = line(in);
                while (trailer.length() > 2) {
                    trailer = line(in);
                }
                return trailer.length() == 2;
            }
            line(in);
        }
    }

    /** Reads a line, with the characters that end it. Returns an empty text at the end of the stream. */
    public static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        int next = in.read();
        while (next >= 0) {
            line.append((char) next);
            if (next == '\n') {
                return line.toString();
            }
            next = in.read();
        }
        return "";
    }
}
