import 'dart:async';
import 'dart:convert';

import 'package:flutter/material.dart';
import 'package:http/http.dart' as http;

void main() => runApp(const MyApp());

class MyApp extends StatelessWidget {
  const MyApp({super.key});

  @override
  Widget build(BuildContext context) {
    return MaterialApp(
      title: 'Counter',
      theme: ThemeData(primarySwatch: Colors.blue),
      home: const CounterPage(title: 'Home'),
    );
  }
}

class CounterPage extends StatefulWidget {
  const CounterPage({Key? key, required this.title}) : super(key: key);
  final String title;

  @override
  State<CounterPage> createState() => _CounterPageState();
}

class _CounterPageState extends State<CounterPage> {
  int _count = 0;
  late final Future<List<String>> names;

  void _increment() {
    setState(() {
      _count++;
    });
  }

  Future<Map<String, dynamic>> fetch(String id) async {
    final response = await http.get(Uri.parse('https://example.com/$id'));
    if (response.statusCode != 200) throw Exception('failed: ${response.body}');
    return jsonDecode(response.body) as Map<String, dynamic>;
  }

  @override
  Widget build(BuildContext context) => Scaffold(
        appBar: AppBar(title: Text(widget.title)),
        body: Center(child: Text('$_count', style: Theme.of(context).textTheme.headlineMedium)),
        floatingActionButton: FloatingActionButton(onPressed: _increment, child: const Icon(Icons.add)),
      );
}
