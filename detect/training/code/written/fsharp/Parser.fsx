#r "nuget: FSharp.Data"
open FSharp.Data
open System.IO

/// A parser takes characters and gives a value and the rest.
type Parser<'T> = Parser of (char list -> ('T * char list) option)

let run (Parser p) input = p input

let bind f p =
    Parser(fun input ->
        match run p input with
        | None -> None
        | Some(value, rest) -> run (f value) rest)

let (>>=) p f = bind f p
let result x = Parser(fun input -> Some(x, input))

type ParserBuilder() =
    member _.Bind(p, f) = bind f p
    member _.Return(x) = result x
    member this.Zero() = this.Return(())

let parser = ParserBuilder()

let digits =
    parser {
        let! first = item
        return System.Char.IsDigit first
    }

let squares = [ for i in 1 .. 10 do if i % 2 = 0 then yield i * i ]
let lookup = Map.ofList [ "a", 1; "b", 2 ]
let mutable count = 0
for KeyValue(key, value) in lookup do
    count <- count + value
    printfn $"{key} is {value}"

File.ReadAllLines "input.txt"
|> Seq.choose (fun line -> if line = "" then None else Some(line.Trim()))
|> Seq.groupBy String.length
|> Seq.iter (fun (length, words) -> printfn "%d: %A" length (Seq.toList words))
