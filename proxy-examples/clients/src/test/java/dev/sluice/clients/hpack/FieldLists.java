package dev.sluice.clients.hpack;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random lists of fields, which a seed determines: some repeat, some fill the table, and some are larger than it. */
final class FieldLists {
    /** What is in the static table with a value, without one, and not at all. */
    private static final String[][] USUAL = {
        {":method", "GET"},
        {":method", "PATCH"},
        {":scheme", "https"},
        {":path", "/"},
        {":path", "/a/b?c=d"},
        {":status", "200"},
        {":status", "418"},
        {":authority", "example.com"},
        {"accept-encoding", "gzip, deflate"},
        {"accept-encoding", "br"},
        {"accept", "*/*"},
        {"cookie", "a=b"},
        {"set-cookie", "a=b; Path=/"},
        {"authorization", "Basic eDp5"},
        {"content-length", "17"},
        {"www-authenticate", "Basic"},
        {"x-empty", ""},
        {"te", "trailers"},
        {"grpc-status", "0"},
        {"age", ""}
    };

    private final Random random;
    private final List<Field> before = new ArrayList<>();

    FieldLists(long seed) {
        random = new Random(seed);
    }

    List<Field> next() {
        List<Field> list = new ArrayList<>();
        int size = oneIn(10) ? random.nextInt(150) : random.nextInt(12);
        while (list.size() < size) {
            list.add(field());
        }
        return list;
    }

    /** A size of the table, of which 4,096 bytes is the usual one. */
    int tableBytes() {
        return oneIn(3) ? 4096 : oneIn(4) ? 0 : random.nextInt(oneIn(2) ? 200 : 4097);
    }

    boolean oneIn(int number) {
        return random.nextInt(number) == 0;
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    private Field field() {
        if (!before.isEmpty() && oneIn(3)) {
            return before.get(random.nextInt(before.size()));
        }
        Field made = fresh();
        if (before.size() < 200) {
            before.add(made);
        } else {
            before.set(random.nextInt(200), made);
        }
        return made;
    }

    private Field fresh() {
        String[] usual = USUAL[random.nextInt(USUAL.length)];
        String name = oneIn(3) ? text(1 + random.nextInt(30), "abcdefghijklmnopqrstuvwxyz0123456789-_") : usual[0];
        String value = oneIn(3) ? usual[1] : value();
        // Netty asks about a name and a value, so those of two fields that differ in nothing else are as secret.
        return new Field(name, value, value.hashCode() % 8 == 0);
    }

    private String value() {
        int length = oneIn(40) ? random.nextInt(6000) : random.nextInt(oneIn(8) ? 600 : 40);
        if (oneIn(3)) {
            return text(length, "0123456789abcdeinost %-./=");
        }
        StringBuilder any = new StringBuilder();
        for (int i = 0; i < length; i++) {
            any.append((char) random.nextInt(256));
        }
        return any.toString();
    }

    private String text(int length, String letters) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(letters.charAt(random.nextInt(letters.length())));
        }
        return text.toString();
    }
}
