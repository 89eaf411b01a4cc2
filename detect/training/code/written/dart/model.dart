library shop;

part 'model.g.dart';

/// A product in the shop.
abstract class Product implements Comparable<Product> {
  const Product(this.name, {this.price = 0.0});

  final String name;
  final double price;

  factory Product.fromJson(Map<String, dynamic> json) => _$ProductFromJson(json);

  bool get isFree => price == 0;
  set discount(num value) => _discount = value;

  @override
  int compareTo(Product other) => name.compareTo(other.name);
}

extension on List<Product> {
  double get total => fold(0.0, (sum, product) => sum + product.price);
}

mixin Logger {
  void log(String message) => print('[$runtimeType] $message');
}

enum Status { open, closed }

Stream<int> countTo(int max) async* {
  for (var i = 1; i <= max; i++) {
    await Future.delayed(const Duration(milliseconds: 10));
    yield i;
  }
}

void main(List<String> args) {
  var items = <String, int>{'a': 1};
  items.forEach((key, value) => print('$key $value'));
  final list = [...args, if (args.isEmpty) 'none'];
  list..sort()..add('end');
}
