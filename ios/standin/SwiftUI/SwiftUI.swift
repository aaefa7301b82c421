// The names and types of SwiftUI that the views use, so that their sources are compiled on Linux, where
// there is no SwiftUI. Nothing is drawn. What is written here follows Apple's published interface; a
// view that needs more of it needs it here too. No Apple system sees this file.

@_exported import Foundation

@MainActor @preconcurrency public protocol View {
    associatedtype Body: View
    @ViewBuilder var body: Body { get }
}

extension Never: View {
    public var body: Never { fatalError("nothing is drawn here") }
}

public struct EmptyView: View {
    public init() {}
    public var body: Never { fatalError("nothing is drawn here") }
}

/// A view that has nothing but its type.
public struct Opaque: View {
    public var body: Never { fatalError("nothing is drawn here") }
}

@MainActor @preconcurrency @resultBuilder public enum ViewBuilder {
    public static func buildBlock() -> EmptyView { EmptyView() }
    public static func buildBlock<Content: View>(_ content: Content) -> Content { content }
    public static func buildBlock<each Content: View>(_ content: repeat each Content) -> Opaque { Opaque() }
    public static func buildExpression<Content: View>(_ content: Content) -> Content { content }
    public static func buildEither<First: View>(first: First) -> Opaque { Opaque() }
    public static func buildEither<Second: View>(second: Second) -> Opaque { Opaque() }
    public static func buildIf<Content: View>(_ content: Content?) -> Content? { content }
}

extension Optional: View where Wrapped: View {
    public var body: Never { fatalError("nothing is drawn here") }
}

@MainActor @preconcurrency public protocol ViewModifier {
    associatedtype Body: View
    typealias Content = Opaque
    @ViewBuilder func body(content: Content) -> Body
}

// MARK: - What holds values

public protocol ObservableObject: AnyObject {}

@propertyWrapper public struct Published<Value> {
    public var wrappedValue: Value
    public init(wrappedValue: Value) { self.wrappedValue = wrappedValue }
}

@MainActor @preconcurrency @propertyWrapper public struct ObservedObject<Object: ObservableObject> {
    public var wrappedValue: Object
    public init(wrappedValue: Object) { self.wrappedValue = wrappedValue }
}

@propertyWrapper public struct Binding<Value> {
    public let get: () -> Value
    public let set: (Value) -> Void
    public init(get: @escaping () -> Value, set: @escaping (Value) -> Void) {
        self.get = get
        self.set = set
    }
    public var wrappedValue: Value {
        get { get() }
        nonmutating set { set(newValue) }
    }
}

public protocol EnvironmentKey {
    associatedtype Value
    static var defaultValue: Value { get }
}

public struct EnvironmentValues {
    public subscript<Key: EnvironmentKey>(key: Key.Type) -> Key.Value {
        get { Key.defaultValue }
        set {}
    }
    public var colorScheme: ColorScheme { .light }
    public var dynamicTypeSize: DynamicTypeSize { .large }
}

@propertyWrapper public struct Environment<Value> {
    public let wrappedValue: Value
    public init(_ path: KeyPath<EnvironmentValues, Value>) { wrappedValue = EnvironmentValues()[keyPath: path] }
}

@propertyWrapper public struct ScaledMetric<Value: BinaryFloatingPoint> {
    public let wrappedValue: Value
    public init(wrappedValue: Value, relativeTo: Font.TextStyle) { self.wrappedValue = wrappedValue }
}

public enum ColorScheme: Sendable { case light, dark }

public enum DynamicTypeSize: Comparable, Sendable {
    case large, accessibility1
    public var isAccessibilitySize: Bool { self >= .accessibility1 }
}

// MARK: - Views

public struct Text: View {
    public init(verbatim: String) {}
    public var body: Never { fatalError("nothing is drawn here") }
    public func bold() -> Text { self }
    public func italic() -> Text { self }
    public func underline() -> Text { self }
    public func font(_ font: Font?) -> Text { self }
    public func foregroundColor(_ colour: Color?) -> Text { self }
    public static func + (left: Text, right: Text) -> Text { left }
}

public struct Image: View {
    public enum Scale { case small, medium, large }
    public init(systemName: String) {}
    public var body: Never { fatalError("nothing is drawn here") }
}

public struct VStack<Content: View>: View {
    public init(
        alignment: HorizontalAlignment = .center, spacing: CGFloat? = nil, @ViewBuilder content: () -> Content
    ) {}
    public var body: Never { fatalError("nothing is drawn here") }
}

public struct HStack<Content: View>: View {
    public init(alignment: VerticalAlignment = .center, spacing: CGFloat? = nil, @ViewBuilder content: () -> Content) {}
    public var body: Never { fatalError("nothing is drawn here") }
}

public struct ZStack<Content: View>: View {
    public init(alignment: Alignment = .center, @ViewBuilder content: () -> Content) {}
    public var body: Never { fatalError("nothing is drawn here") }
}

public struct ScrollView<Content: View>: View {
    public init(@ViewBuilder content: () -> Content) {}
    public var body: Never { fatalError("nothing is drawn here") }
}

public struct ScrollViewProxy {
    public func scrollTo<Id: Hashable>(_ id: Id, anchor: UnitPoint? = nil) {}
}

public struct ScrollViewReader<Content: View>: View {
    public init(@ViewBuilder content: @escaping (ScrollViewProxy) -> Content) {}
    public var body: Never { fatalError("nothing is drawn here") }
}

public struct GeometryProxy {
    public var size: CGSize { .zero }
}

public struct GeometryReader<Content: View>: View {
    public init(@ViewBuilder content: @escaping (GeometryProxy) -> Content) {}
    public var body: Never { fatalError("nothing is drawn here") }
}

public struct GridItem: Sendable {
    public enum Size: Sendable {
        case flexible(minimum: CGFloat = 10, maximum: CGFloat = .infinity)
    }
    public init(_ size: Size = .flexible(), spacing: CGFloat? = nil) {}
}

public struct LazyVGrid<Content: View>: View {
    public init(columns: [GridItem], spacing: CGFloat? = nil, @ViewBuilder content: () -> Content) {}
    public var body: Never { fatalError("nothing is drawn here") }
}

public struct ForEach<Items: RandomAccessCollection, Id: Hashable, Content: View>: View {
    public init(
        _ items: Items, id: KeyPath<Items.Element, Id>, @ViewBuilder content: @escaping (Items.Element) -> Content
    ) {}
    public var body: Never { fatalError("nothing is drawn here") }
}

extension ForEach where Items.Element: Identifiable, Id == Items.Element.ID {
    public init(_ items: Items, @ViewBuilder content: @escaping (Items.Element) -> Content) {}
}

public struct Button<Label: View>: View {
    public init(action: @escaping @MainActor () -> Void, @ViewBuilder label: () -> Label) {}
    public var body: Never { fatalError("nothing is drawn here") }
}

public struct TextField<Label: View>: View {
    public var body: Never { fatalError("nothing is drawn here") }
}

extension TextField where Label == Text {
    public init<Title: StringProtocol>(_ title: Title, text: Binding<String>) {}
}

public struct SecureField<Label: View>: View {
    public var body: Never { fatalError("nothing is drawn here") }
}

extension SecureField where Label == Text {
    public init<Title: StringProtocol>(_ title: Title, text: Binding<String>) {}
}

// MARK: - Drawing

public struct Color: View, Hashable, Sendable {
    public static let black = Color(red: 0, green: 0, blue: 0)
    public static let white = Color(red: 1, green: 1, blue: 1)
    public init(red: Double, green: Double, blue: Double, opacity: Double = 1) {}
    public var body: Never { fatalError("nothing is drawn here") }
}

public struct StrokeStyle: Sendable {
    public init(
        lineWidth: CGFloat = 1, lineCap: CGLineCap = .butt, lineJoin: CGLineJoin = .miter, miterLimit: CGFloat = 10,
        dash: [CGFloat] = [], dashPhase: CGFloat = 0
    ) {}
}

public enum CGLineCap: Sendable { case butt, round, square }

public enum CGLineJoin: Sendable { case miter, round, bevel }

public struct CGAffineTransform: Sendable {
    public init(a: CGFloat, b: CGFloat, c: CGFloat, d: CGFloat, tx: CGFloat, ty: CGFloat) {}
}

public struct Path: Sendable {
    public init() {}
    public init(_ rect: CGRect) {}
    public mutating func move(to end: CGPoint) {}
    public mutating func addLine(to end: CGPoint) {}
    public mutating func addQuadCurve(to end: CGPoint, control: CGPoint) {}
    public mutating func addCurve(to end: CGPoint, control1: CGPoint, control2: CGPoint) {}
    public mutating func closeSubpath() {}
}

public protocol Shape: View {}

extension Shape {
    public func fill(_ colour: Color) -> some View { Opaque() }
    public func stroke(_ colour: Color, lineWidth: CGFloat = 1) -> some View { Opaque() }
}

public struct Rectangle: Shape {
    public init() {}
    public var body: Never { fatalError("nothing is drawn here") }
}

public struct Capsule: Shape {
    public init() {}
    public var body: Never { fatalError("nothing is drawn here") }
}

public struct RoundedRectangle: Shape {
    public init(cornerRadius: CGFloat) {}
    public var body: Never { fatalError("nothing is drawn here") }
}

public struct GraphicsContext {
    public struct Shading: Sendable {
        public static func color(_ colour: Color) -> Shading { Shading() }
    }

    public struct ResolvedText {
        public func measure(in size: CGSize) -> CGSize { size }
        public func firstBaseline(in size: CGSize) -> CGFloat { 0 }
    }

    public var opacity: Double
    public mutating func translateBy(x: CGFloat, y: CGFloat) {}
    public mutating func scaleBy(x: CGFloat, y: CGFloat) {}
    public mutating func concatenate(_ matrix: CGAffineTransform) {}
    public func fill(_ path: Path, with shading: Shading) {}
    public func stroke(_ path: Path, with shading: Shading, style: StrokeStyle) {}
    public func resolve(_ text: Text) -> ResolvedText { ResolvedText() }
    public func draw(_ text: ResolvedText, at point: CGPoint, anchor: UnitPoint = .center) {}
}

public struct Canvas: View {
    public init(renderer: @escaping (inout GraphicsContext, CGSize) -> Void) {}
    public var body: Never { fatalError("nothing is drawn here") }
}

// MARK: - How views look and what is said of them

public struct Font: Sendable {
    public enum TextStyle: Sendable { case body }
    public enum Weight: Sendable { case regular, bold }
    public static let body = Font()
    public static func system(size: CGFloat, weight: Weight? = nil) -> Font { Font() }
    public func bold() -> Font { self }
}

public enum HorizontalAlignment: Sendable { case leading, center, trailing }
public enum VerticalAlignment: Sendable { case top, center, bottom }
public enum Alignment: Sendable { case leading, center, trailing }
public enum TextAlignment: Sendable { case leading, center, trailing }
public enum ContentMode: Sendable { case fit, fill }
public struct UnitPoint: Sendable {
    public static let center = UnitPoint()
    public static let topLeading = UnitPoint()
}

public struct Edge: Sendable {
    public struct Set: OptionSet, Sendable {
        public let rawValue: Int
        public init(rawValue: Int) { self.rawValue = rawValue }
        public static let top = Set(rawValue: 1)
        public static let all = Set(rawValue: 15)
    }
}

public protocol PrimitiveButtonStyle {}
public struct PlainButtonStyle: PrimitiveButtonStyle {}
extension PrimitiveButtonStyle where Self == PlainButtonStyle {
    public static var plain: PlainButtonStyle { PlainButtonStyle() }
}

public struct AccessibilityTraits: SetAlgebra, OptionSet, Sendable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }
    public static let isButton = AccessibilityTraits(rawValue: 1)
    public static let isHeader = AccessibilityTraits(rawValue: 2)
    public static let isSelected = AccessibilityTraits(rawValue: 4)
    public static let updatesFrequently = AccessibilityTraits(rawValue: 8)
}

public struct AccessibilityChildBehavior: Sendable {
    public static let ignore = AccessibilityChildBehavior()
    public static let combine = AccessibilityChildBehavior()
}

public enum UIKeyboardType: Sendable { case numberPad, numbersAndPunctuation }

public struct TextInputAutocapitalization: Sendable {
    public static let words = TextInputAutocapitalization()
    public static let characters = TextInputAutocapitalization()
}

extension View {
    public func modifier<Modifier: ViewModifier>(_ modifier: Modifier) -> some View { Opaque() }
    public func id<Id: Hashable>(_ id: Id) -> some View { Opaque() }
    public func font(_ font: Font?) -> some View { Opaque() }
    public func foregroundColor(_ colour: Color?) -> some View { Opaque() }
    public func lineSpacing(_ points: CGFloat) -> some View { Opaque() }
    public func multilineTextAlignment(_ alignment: TextAlignment) -> some View { Opaque() }
    public func fixedSize() -> some View { Opaque() }
    public func fixedSize(horizontal: Bool, vertical: Bool) -> some View { Opaque() }
    public func frame(width: CGFloat? = nil, height: CGFloat? = nil, alignment: Alignment = .center) -> some View {
        Opaque()
    }
    public func frame(
        minWidth: CGFloat? = nil, idealWidth: CGFloat? = nil, maxWidth: CGFloat? = nil, minHeight: CGFloat? = nil,
        idealHeight: CGFloat? = nil, maxHeight: CGFloat? = nil, alignment: Alignment = .center
    ) -> some View { Opaque() }
    public func padding(_ points: CGFloat) -> some View { Opaque() }
    public func padding(_ edges: Edge.Set = .all, _ points: CGFloat? = nil) -> some View { Opaque() }
    public func aspectRatio(_ ratio: CGFloat? = nil, contentMode: ContentMode) -> some View { Opaque() }
    public func background<Ground: View>(_ ground: Ground, alignment: Alignment = .center) -> some View { Opaque() }
    public func overlay<Over: View>(_ over: Over, alignment: Alignment = .center) -> some View { Opaque() }
    public func ignoresSafeArea() -> some View { Opaque() }
    public func opacity(_ opacity: Double) -> some View { Opaque() }
    public func disabled(_ isDisabled: Bool) -> some View { Opaque() }
    public func imageScale(_ scale: Image.Scale) -> some View { Opaque() }
    public func buttonStyle<Style: PrimitiveButtonStyle>(_ style: Style) -> some View { Opaque() }
    public func keyboardType(_ type: UIKeyboardType) -> some View { Opaque() }
    public func textInputAutocapitalization(_ capitals: TextInputAutocapitalization?) -> some View { Opaque() }
    public func disableAutocorrection(_ isDisabled: Bool?) -> some View { Opaque() }
    public func onChange<Value: Equatable>(of value: Value, perform: @escaping (Value) -> Void) -> some View {
        Opaque()
    }
    public func environment<Value>(_ path: WritableKeyPath<EnvironmentValues, Value>, _ value: Value) -> some View {
        Opaque()
    }
    public func accessibilityElement(children: AccessibilityChildBehavior = .ignore) -> some View { Opaque() }
    public func accessibilityLabel(_ label: Text) -> some View { Opaque() }
    public func accessibilityHidden(_ isHidden: Bool) -> some View { Opaque() }
    public func accessibilityAddTraits(_ traits: AccessibilityTraits) -> some View { Opaque() }
}
