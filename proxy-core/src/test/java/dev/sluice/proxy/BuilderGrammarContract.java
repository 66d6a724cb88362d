package dev.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The grammar of options in {@code CONTRIBUTING.md}, as far as the exported types of a module show it. */
public abstract class BuilderGrammarContract {
    private static final Pattern FOREIGN =
            Pattern.compile("(get|set|least|most|longest|shortest|atLeast|atMost)[A-Z].*");
    private static final Pattern COPY = Pattern.compile("with[A-Z].*");

    private final List<Class<?>> types;
    private final Map<String, String> withoutCopy;
    private final Set<String> others;

    /**
     * @param any any class of the module
     * @param withoutCopy the types that have a builder but no {@code toBuilder()}, each with the reason
     * @param others methods of builders that have another form, such as {@code ProxyRequest.Builder.body()}
     */
    protected BuilderGrammarContract(Class<?> any, Map<String, String> withoutCopy, Set<String> others) {
        this.types = ExportedTypes.all(any);
        this.withoutCopy = new TreeMap<>(withoutCopy);
        this.others = Set.copyOf(others);
    }

    @Test
    void aBuilderIsMadeByAStaticMethodOfItsType() {
        assertThat(built())
                .allSatisfy(type -> assertThat(methods(type))
                        .as("static methods of %s that give its builder", type.getName())
                        .anyMatch(method -> isStatic(method) && isBuilderOf(type, method.getReturnType())));
    }

    @Test
    void aValueThatHasABuilderAlsoHasToBuilder() {
        List<String> without = built().stream()
                .filter(type -> methods(type).stream()
                        .noneMatch(method -> method.getName().equals("toBuilder")
                                && !isStatic(method)
                                && isBuilderOf(type, method.getReturnType())))
                .map(BuilderGrammarContract::name)
                .toList();
        assertThat(without)
                .as("types with a builder and without toBuilder(); a new one is named in the test, with its reason")
                .containsExactlyInAnyOrderElementsOf(withoutCopy.keySet());
    }

    @Test
    void anOptionReturnsTheBuilderAndTheLastMethodWhatIsBuilt() {
        Set<String> unused = new HashSet<>(others);
        for (Class<?> builder : builders()) {
            for (Method method : methods(builder)) {
                Class<?> returned = method.getReturnType();
                if (!isStatic(method) && !unused.remove(signature(method, builder))) {
                    assertThat(returned.isAssignableFrom(builder) || returned.equals(builder.getEnclosingClass()))
                            .as("%s returns %s", signature(method, builder), returned)
                            .isTrue();
                }
            }
        }
        assertThat(unused)
                .as("methods that the test names but that do not exist")
                .isEmpty();
    }

    @Test
    void namesHaveNoUnknownPrefix() {
        List<String> found = new ArrayList<>();
        for (Class<?> type : types) {
            for (Method method : methods(type)) {
                boolean foreign = FOREIGN.matcher(method.getName()).matches()
                        && !isStatic(method)
                        && !isNamedElsewhere(method, type);
                // There is only one form: if a type has a builder, a copy with another value is made with it.
                boolean secondForm = COPY.matcher(method.getName()).matches() && (isBuilder(type) || hasBuilder(type));
                if (foreign || secondForm) {
                    found.add(signature(method, type));
                }
            }
        }
        assertThat(found).isEmpty();
    }

    @Test
    void aFlagTakesABooleanAndNothingElse() {
        List<String> found = new ArrayList<>();
        for (Class<?> builder : builders()) {
            for (Method method : methods(builder)) {
                List<Class<?>> parameters = List.of(method.getParameterTypes());
                boolean bare = parameters.isEmpty() && method.getReturnType().isAssignableFrom(builder);
                if (bare || (parameters.contains(boolean.class) && parameters.size() > 1)) {
                    found.add(signature(method, builder));
                }
            }
        }
        assertThat(found).isEmpty();
    }

    @Test
    void anOptionSetsOneNumberOrTime() {
        List<String> found = new ArrayList<>();
        for (Class<?> builder : builders()) {
            for (Method method : methods(builder)) {
                long values = Arrays.stream(method.getParameterTypes())
                        .filter(type -> type.equals(Duration.class) || (type.isPrimitive() && type != boolean.class))
                        .count();
                boolean named = others.contains(signature(method, builder));
                if (values > 1 && !method.getName().endsWith("Range") && !named) {
                    found.add(signature(method, builder));
                }
            }
        }
        assertThat(found).isEmpty();
    }

    /** Returns whether an interface of another library gave the method its name. */
    private static boolean isNamedElsewhere(Method method, Class<?> type) {
        return Arrays.stream(type.getInterfaces())
                .filter(each -> !each.getName().startsWith("dev.sluice."))
                .flatMap(each -> Arrays.stream(each.getMethods()))
                .anyMatch(other -> other.getName().equals(method.getName())
                        && Arrays.equals(other.getParameterTypes(), method.getParameterTypes()));
    }

    private List<Class<?>> built() {
        return types.stream().filter(BuilderGrammarContract::hasBuilder).toList();
    }

    private List<Class<?>> builders() {
        List<Class<?>> builders =
                types.stream().filter(BuilderGrammarContract::isBuilder).toList();
        assertThat(builders).isNotEmpty();
        return builders;
    }

    private static boolean isBuilder(Class<?> type) {
        return type.getSimpleName().endsWith("Builder") && type.getEnclosingClass() != null;
    }

    private static boolean hasBuilder(Class<?> type) {
        return Arrays.stream(type.getDeclaredClasses())
                .anyMatch(nested -> isBuilder(nested) && Modifier.isPublic(nested.getModifiers()));
    }

    private static boolean isBuilderOf(Class<?> type, Class<?> builder) {
        return isBuilder(builder) && type.equals(builder.getEnclosingClass());
    }

    /** Our public methods, with those of a builder's superclasses that are not exported. */
    private static List<Method> methods(Class<?> type) {
        return Arrays.stream(type.getMethods())
                .filter(method -> method.getDeclaringClass().getName().startsWith("dev.sluice.") && !method.isBridge())
                .toList();
    }

    private static boolean isStatic(Method method) {
        return Modifier.isStatic(method.getModifiers());
    }

    private static String signature(Method method, Class<?> type) {
        return name(type) + '.' + method.getName() + (method.getParameterCount() == 0 ? "()" : "(…)");
    }

    /** The name without the package, which may change. */
    private static String name(Class<?> type) {
        return type.getEnclosingClass() == null
                ? type.getSimpleName()
                : name(type.getEnclosingClass()) + '.' + type.getSimpleName();
    }
}
