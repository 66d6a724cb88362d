package dev.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.assertj.core.api.recursive.comparison.RecursiveComparisonConfiguration;
import org.junit.jupiter.api.Test;

/**
 * What {@code toBuilder()} builds again is what it was called on, whichever option was set. New options are found by
 * themselves, if there is a value to be tried for their type.
 */
public abstract class ToBuilderContract {
    private static final Map<Class<?>, List<?>> VALUES = Map.of(
            int.class, List.of(3, 0, 50, 503, 204, 100_000),
            long.class, List.of(7L),
            double.class, List.of(0.4, 3.5),
            boolean.class, List.of(true, false),
            Duration.class, List.of(Duration.ofMillis(7), Duration.ofSeconds(77)),
            String.class, List.of("abc", "/abc", "_abc", "HEAD", "text/abc"),
            Pattern.class, List.of(Pattern.compile("abc")),
            String[].class, texts("10.0.0.0/8", "TLSv1.3", "TLS_AES_128_GCM_SHA256", "text/abc"),
            int[].class, List.of(new int[] {503}, new int[] {14}));

    /** What is made of the options, and cannot be compared, is left out: they are beside it. */
    private static final RecursiveComparisonConfiguration OPTIONS = RecursiveComparisonConfiguration.builder()
            .withEqualsForType((one, other) -> true, SSLContext.class)
            .withEqualsForType((one, other) -> true, SSLParameters.class)
            .build();

    private final List<Class<?>> types;
    private final Map<Class<?>, List<?>> values = new HashMap<>();
    private final Set<String> untried;

    /**
     * @param any a class of the module
     * @param values values for options of the module's own types
     * @param untried the options for which this test has no value
     */
    protected ToBuilderContract(Class<?> any, Map<Class<?>, List<?>> values, Set<String> untried) {
        this.types = ExportedTypes.all(any);
        this.values.putAll(VALUES);
        this.values.putAll(values);
        this.untried = untried;
    }

    private static List<String[]> texts(String... each) {
        return Arrays.stream(each).map(text -> new String[] {text}).toList();
    }

    @Test
    void eachOptionIsStillSet() throws Exception {
        Set<String> without = new TreeSet<>();
        for (Class<?> type : types) {
            for (Method begin : type.getMethods()) {
                if (Modifier.isStatic(begin.getModifiers()) && makesCopies(type) && isBuilder(begin.getReturnType())) {
                    options(begin, without);
                }
            }
        }
        assertThat(without).as("options without a value").isEqualTo(new TreeSet<>(untried));
    }

    private static boolean makesCopies(Class<?> type) {
        return Arrays.stream(type.getMethods())
                .anyMatch(method -> method.getName().equals("toBuilder"));
    }

    private static boolean isBuilder(Class<?> type) {
        return type.getSimpleName().endsWith("Builder");
    }

    private void options(Method begin, Set<String> without) throws Exception {
        for (Object[] arguments : combinations(begin)) {
            Object plain;
            try {
                plain = build(begin.invoke(null, arguments));
            } catch (InvocationTargetException refused) {
                continue;
            }
            for (Method option : begin.getReturnType().getMethods()) {
                boolean sets = option.getParameterCount() > 0 && isBuilder(option.getReturnType());
                if (sets && !option.isBridge() && !isKept(option, begin, arguments, plain)) {
                    without.add(begin.getDeclaringClass().getSimpleName() + '.' + option.getName());
                }
            }
            return;
        }
    }

    /** Tries values until one is accepted that changes something; returns whether there was one. */
    private boolean isKept(Method option, Method begin, Object[] arguments, Object plain) throws Exception {
        for (Object[] tried : combinations(option)) {
            Object set;
            try {
                set = build(call(option, begin.invoke(null, arguments), tried));
            } catch (InvocationTargetException refused) {
                continue;
            }
            if (differ(set, plain)) {
                Object copy = build(call(set.getClass().getMethod("toBuilder"), set));
                assertThat(copy)
                        .as("%s with %s", option, Arrays.deepToString(tried))
                        .usingRecursiveComparison(OPTIONS)
                        .isEqualTo(set);
                return true;
            }
        }
        return false;
    }

    private static boolean differ(Object one, Object other) {
        try {
            assertThat(one).usingRecursiveComparison(OPTIONS).isEqualTo(other);
            return false;
        } catch (AssertionError different) {
            return true;
        }
    }

    private static Object build(Object builder) throws ReflectiveOperationException {
        return call(builder.getClass().getMethod("build"), builder);
    }

    /** Also of a class that is not public. */
    private static Object call(Method method, Object target, Object... arguments) throws ReflectiveOperationException {
        method.setAccessible(true);
        return method.invoke(target, arguments);
    }

    /** All combinations of values for the parameters. */
    private List<Object[]> combinations(Method method) {
        List<Object[]> all = Collections.singletonList(new Object[0]);
        for (Class<?> parameter : method.getParameterTypes()) {
            List<Object[]> longer = new ArrayList<>();
            for (Object[] before : all) {
                for (Object value : valuesOf(parameter)) {
                    Object[] with = Arrays.copyOf(before, before.length + 1);
                    with[before.length] = value;
                    longer.add(with);
                }
            }
            all = longer;
        }
        return all;
    }

    private List<?> valuesOf(Class<?> type) {
        List<?> known = values.get(type);
        if (known != null) {
            return known;
        }
        if (type.isArray() && type.getComponentType().isEnum()) {
            return List.of(Array.newInstance(type.getComponentType(), 0));
        }
        return type.isEnum() ? Arrays.asList(type.getEnumConstants()) : List.of();
    }
}
