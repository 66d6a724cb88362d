package dev.sluice.proxy.content;

import dev.sluice.proxy.internal.Require;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;

/** The codings gzip and deflate of the JDK. */
final class JdkCoding implements ContentCoding {
    private static final int BUFFER_BYTES = 8 * 1024;

    private final String name;
    private final int level;

    JdkCoding(String name, int level) {
        this.name = name;
        this.level = Require.within("level", Deflater.BEST_SPEED, Deflater.BEST_COMPRESSION, level);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public OutputStream encoder(OutputStream out) throws IOException {
        return name.equals("gzip") ? new Gzip(out, level) : new Zlib(out, level);
    }

    @Override
    public InputStream decoder(InputStream in) {
        return new InflatedInput(in, name.equals("gzip"));
    }

    @Override
    public String toString() {
        return name + '(' + level + ')';
    }

    private static final class Gzip extends GZIPOutputStream {
        private Gzip(OutputStream out, int level) throws IOException {
            super(out, BUFFER_BYTES, true);
            def.setLevel(level);
        }
    }

    private static final class Zlib extends DeflaterOutputStream {
        private Zlib(OutputStream out, int level) {
            super(out, new Deflater(level), BUFFER_BYTES, true);
        }

        /** The JDK's class frees only a deflater that it has made itself. */
        @Override
        public void close() throws IOException {
            try {
                super.close();
            } finally {
                def.end();
            }
        }
    }
}
