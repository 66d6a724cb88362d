package dev.sluice.examples.recipes;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.decoder.BrotliInputStream;
import com.aayushatharva.brotli4j.encoder.BrotliOutputStream;
import com.aayushatharva.brotli4j.encoder.Encoder;
import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import dev.sluice.proxy.content.Compression;
import dev.sluice.proxy.content.ContentCoding;
import dev.sluice.proxy.server.ProxyServer;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Responses in Brotli or Zstandard, by two libraries with native code: brotli4j and zstd-jni. */
public final class BrotliAndZstandard {
    private BrotliAndZstandard() {}

    /** Zstandard (RFC 8878): faster than gzip. */
    public static ContentCoding zstandard() {
        return new Coding("zstd", out -> new ZstdOutputStream(out, 3), ZstdInputStream::new);
    }

    /** Brotli (RFC 7932): the smallest form of texts. */
    public static ContentCoding brotli() {
        Brotli4jLoader.ensureAvailability();
        Encoder.Parameters parameters = new Encoder.Parameters().setQuality(4).setWindow(18);
        return new Coding("br", out -> new BrotliOutputStream(out, parameters), BrotliPieces::new);
    }

    record Coding(String name, Wrap<OutputStream> encoders, Wrap<InputStream> decoders) implements ContentCoding {
        interface Wrap<T> {
            T wrap(T stream) throws IOException;
        }

        @Override
        public OutputStream encoder(OutputStream out) throws IOException {
            return encoders.wrap(out);
        }

        @Override
        public InputStream decoder(InputStream in) throws IOException {
            return decoders.wrap(in);
        }
    }

    /** The library waits until an array is full, or if it takes the last byte that is here; this does not. */
    private static final class BrotliPieces extends FilterInputStream {
        BrotliPieces(InputStream in) throws IOException {
            super(new BrotliInputStream(in));
            ((BrotliInputStream) this.in).enableEagerOutput();
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (length == 0 || in.available() > 1) {
                return in.read(target, offset, Math.min(length, in.available() - 1));
            }
            int one = in.read();
            target[offset] = (byte) one;
            return one < 0 ? -1 : 1;
        }
    }

    /** Starts a proxy at {@code port}, 0 for any, that compresses the responses of {@code origin}. */
    public static ProxyServer start(int port, String origin) {
        Compression compression = Compression.builder()
                .codings(brotli(), zstandard(), ContentCoding.GZIP)
                .build();
        return ProxyServer.builder()
                .port(port)
                .addFilter(compression)
                .addRoute("/**", origin)
                .build()
                .start();
    }
}
