package dev.sluice.clients.hpack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.http1.OutputBuffer;
import dev.sluice.proxy.http2.hpack.Decoder;
import dev.sluice.proxy.http2.hpack.Encoder;
import dev.sluice.proxy.http2.hpack.HpackException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our compression of fields and Netty's understand each other, block by block, and refuse the same. */
class NettyHpackTest {
    private static final int BLOCKS = 2_000;

    private final Set<Field> secrets = new HashSet<>();
    private final DefaultHttp2HeadersEncoder nettyEncoder = new DefaultHttp2HeadersEncoder(
            (name, value) -> secrets.contains(new Field(NettyFields.text(name), NettyFields.text(value), true)));

    private DefaultHttp2HeadersDecoder nettyDecoder = nettyDecoder();
    private Decoder decoder = new Decoder(1 << 20);

    private static DefaultHttp2HeadersDecoder nettyDecoder() {
        return new DefaultHttp2HeadersDecoder(false, 1 << 20) {
            @Override
            protected Http2Headers newHeaders() {
                return new NettyFields(List.of());
            }
        };
    }

    private List<Field> decodedByNetty(byte[] block) throws Http2Exception {
        return ((NettyFields) nettyDecoder.decodeHeaders(1, Unpooled.wrappedBuffer(block))).list();
    }

    private byte[] encodedByNetty(List<Field> fields) throws Http2Exception {
        secrets.clear();
        fields.stream().filter(Field::secret).forEach(secrets::add);
        ByteBuf block = Unpooled.buffer();
        nettyEncoder.encodeHeaders(1, new NettyFields(fields), block);
        return ByteBufUtil.getBytes(block);
    }

    private static byte[] encoded(Encoder encoder, List<Field> fields) {
        OutputBuffer block = new OutputBuffer(16);
        encoder.begin(block);
        fields.forEach(each -> encoder.field(block, each.name(), each.value(), each.secret()));
        return Arrays.copyOf(block.bytes(), block.size());
    }

    private static List<Field> withoutSecrets(List<Field> fields) {
        return fields.stream()
                .map(each -> new Field(each.name(), each.value(), false))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void nettyDecodesWhatIsEncoded(long seed) throws Exception {
        FieldLists lists = new FieldLists(seed);
        Encoder encoder = new Encoder();
        for (int i = 0; i < BLOCKS; i++) {
            for (int change = lists.oneIn(8) ? 1 + lists.below(3) : 0; change > 0; change--) {
                int bytes = lists.tableBytes();
                // Netty insists on being told of a smaller table at the beginning of the next block.
                nettyDecoder.maxHeaderTableSize(bytes);
                encoder.tableBytes(bytes);
            }
            List<Field> fields = lists.next();
            assertThat(decodedByNetty(encoded(encoder, fields)))
                    .as("block %s", i)
                    .isEqualTo(withoutSecrets(fields));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void whatNettyEncodesIsDecodedAsFarAsTheListMayBeLong(long seed) throws Exception {
        FieldLists lists = new FieldLists(seed);
        int most = lists.oneIn(2) ? 1 << 20 : 1_000;
        decoder = new Decoder(most);
        for (int i = 0; i < BLOCKS; i++) {
            for (int change = lists.oneIn(8) ? 1 + lists.below(3) : 0; change > 0; change--) {
                nettyEncoder.maxHeaderTableSize(lists.tableBytes());
            }
            List<Field> fields = lists.next();
            byte[] block = encodedByNetty(fields);
            List<Field> found = new ArrayList<>();
            boolean within = decoder.decode(
                    block, 0, block.length, (name, value, secret) -> found.add(new Field(name, value, secret)));
            int size = 0;
            int fit = 0;
            for (Field each : fields) {
                size += each.size();
                fit += size <= most ? 1 : 0;
            }
            assertThat(within).as("block %s", i).isEqualTo(size <= most);
            assertThat(found).as("block %s", i).isEqualTo(fields.subList(0, fit));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void aDamagedBlockIsRefusedByBothOrDecodedAlike(long seed) throws Exception {
        FieldLists lists = new FieldLists(seed);
        int refused = 0;
        int decoded = 0;
        while (refused < 1_000 || decoded < 1_000) {
            byte[] block = damaged(lists);
            List<Field> ours = orNull(() -> decoded(block));
            List<Field> netty = orNull(() -> decodedByNetty(block));
            assertThat(ours).as("%s", HexFormat.of().formatHex(block)).isEqualTo(netty);
            if (ours == null) {
                refused++;
                // The tables cannot be trusted any more.
                decoder = new Decoder(1 << 20);
                nettyDecoder = nettyDecoder();
            } else {
                decoded++;
            }
        }
    }

    private byte[] damaged(FieldLists lists) throws Http2Exception {
        List<Field> fields = lists.next();
        byte[] block = lists.oneIn(2) ? encoded(new Encoder(), fields) : encodedByNetty(fields);
        int first = lists.oneIn(5) ? 0 : block.length;
        for (int at = first; at < block.length; at++) {
            block[at] = (byte) lists.below(256);
        }
        for (int damages = block.length == 0 ? 0 : 1 + lists.below(3); damages > 0; damages--) {
            int at = lists.below(block.length);
            block[at] = (byte) (lists.oneIn(2) ? lists.below(256) : block[at] ^ (1 << lists.below(8)));
        }
        return block;
    }

    private List<Field> decoded(byte[] block) throws HpackException {
        List<Field> found = new ArrayList<>();
        decoder.decode(block, 0, block.length, (name, value, secret) -> found.add(new Field(name, value, false)));
        return found;
    }

    private static List<Field> orNull(Callable<List<Field>> decoding) throws Exception {
        try {
            return decoding.call();
        } catch (HpackException | Http2Exception refused) {
            return null;
        }
    }
}
