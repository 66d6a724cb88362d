package dev.sluice.proxy.content;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.ZipException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InflatedInputTest {
    private static final String TEXT = "one two one two one two";

    private static byte[] read(byte[] coded, boolean gzip) throws IOException {
        try (InputStream in = new InflatedInput(new ByteArrayInputStream(coded), gzip)) {
            return in.readAllBytes();
        }
    }

    /** As a slow connection yields them. */
    private static InputStream singleBytes(byte[] bytes) {
        return new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(1, length));
            }

            @Override
            public synchronized int available() {
                return 0;
            }
        };
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static byte[] zlib(byte[] plain, boolean bare) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(bytes, new Deflater(6, bare))) {
            out.write(plain);
        }
        return bytes.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8192, 100_000})
    void bothFormsAreRead(int length) throws Exception {
        byte[] plain = Coded.words(length, 1);
        assertThat(read(Coded.gzip(plain), true)).isEqualTo(plain);
        assertThat(read(zlib(plain, false), false)).isEqualTo(plain);
    }

    /** RFC 1952 §2.2: the JDK's own stream looks for a second member only in what has already arrived. */
    @Test
    void allMembersAreReadHoweverTheyArrive() throws Exception {
        byte[] coded = concat(Coded.gzip("one "), Coded.gzip(""), Coded.gzip("two"));
        assertThat(read(coded, true)).asString(UTF_8).isEqualTo("one two");
        assertThat(new InflatedInput(singleBytes(coded), true).readAllBytes())
                .asString(UTF_8)
                .isEqualTo("one two");
    }

    /** RFC 1952 §2.3.1. */
    @Test
    void whatTheHeaderMayHaveIsSkipped() throws Exception {
        byte[] coded = Coded.gzip(TEXT);
        byte[] head = Arrays.copyOf(coded, 10);
        head[3] = 2 | 4 | 8 | 16;
        byte[] more = concat(head, "\3\0abcname\0comment\0".getBytes(ISO_8859_1));
        CRC32 sum = new CRC32();
        sum.update(more);
        byte[] check = {(byte) sum.getValue(), (byte) (sum.getValue() >> 8)};
        byte[] data = Arrays.copyOfRange(coded, 10, coded.length);
        assertThat(read(concat(more, check, data), true)).asString(UTF_8).isEqualTo(TEXT);
        check[0]++;
        assertThatThrownBy(() -> read(concat(more, check, data), true)).hasMessage("the header's checksum is wrong");
    }

    @Test
    void whatFollowsTheEndIsRefused() throws Exception {
        assertThatThrownBy(() -> read(concat(Coded.gzip(TEXT), new byte[4]), true))
                .isInstanceOf(ZipException.class)
                .hasMessage("something follows its end");
        assertThatThrownBy(() -> read(concat(zlib(TEXT.getBytes(UTF_8), false), new byte[1]), false))
                .isInstanceOf(ZipException.class)
                .hasMessage("something follows its end");
    }

    @Test
    void aWrongChecksumOrLengthIsRefused() throws Exception {
        for (int fromEnd : new int[] {1, 4, 5, 8}) {
            byte[] coded = Coded.gzip(TEXT);
            coded[coded.length - fromEnd]++;
            assertThatThrownBy(() -> read(coded, true))
                    .isInstanceOf(ZipException.class)
                    .hasMessage("the checksum or length at its end is wrong");
        }
    }

    @Test
    void everyEndThatIsTooEarlyIsRefused() throws Exception {
        byte[] gzip = Coded.gzip(TEXT);
        for (int length = 0; length < gzip.length; length++) {
            byte[] cut = Arrays.copyOf(gzip, length);
            assertThatThrownBy(() -> read(cut, true)).isInstanceOf(EOFException.class);
        }
        byte[] zlib = zlib(TEXT.getBytes(UTF_8), false);
        for (int length = 0; length < zlib.length; length++) {
            byte[] cut = Arrays.copyOf(zlib, length);
            assertThatThrownBy(() -> read(cut, false)).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void anotherFormIsRefused() throws Exception {
        assertThatThrownBy(() -> read(TEXT.getBytes(UTF_8), true))
                .isInstanceOf(ZipException.class)
                .hasMessage("it does not begin as gzip");
        assertThatThrownBy(() -> read(TEXT.getBytes(UTF_8), false)).isInstanceOf(ZipException.class);
        byte[] bare = zlib(Coded.words(1000, 1), true);
        assertThatThrownBy(() -> read(bare, false)).isInstanceOf(ZipException.class);
        byte[] reserved = Coded.gzip(TEXT);
        reserved[3] = (byte) 0x80;
        assertThatThrownBy(() -> read(reserved, true)).hasMessage("a reserved flag is set");
    }

    @Test
    void aDictionaryIsRefused() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Deflater deflater = new Deflater();
        deflater.setDictionary("one two".getBytes(UTF_8));
        try (DeflaterOutputStream out = new DeflaterOutputStream(bytes, deflater)) {
            out.write(TEXT.getBytes(UTF_8));
        }
        assertThatThrownBy(() -> read(bytes.toByteArray(), false)).hasMessage("it needs a dictionary");
    }
}
