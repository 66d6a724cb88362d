package dev.sluice.proxy.content;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.InflaterInputStream;

/** Coded bytes, made and read by the JDK's own streams. */
final class Coded {
    private Coded() {}

    static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(plain);
        }
        return bytes.toByteArray();
    }

    static byte[] gzip(String plain) throws IOException {
        return gzip(plain.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] gunzip(byte[] coded) throws IOException {
        return new GZIPInputStream(new ByteArrayInputStream(coded)).readAllBytes();
    }

    static byte[] inflate(byte[] coded) throws IOException {
        return new InflaterInputStream(new ByteArrayInputStream(coded)).readAllBytes();
    }

    /** Words, of which about a quarter is left when they are compressed. */
    static byte[] words(int length, long seed) {
        Random random = new Random(seed);
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (random.nextInt(6) == 0 ? ' ' : 'a' + random.nextInt(4));
        }
        return bytes;
    }
}
