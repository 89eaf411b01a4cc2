module Shop.Orders

open System
open System.Collections.Generic

type Currency = EUR | USD

type Line = { Sku: string; Quantity: int; Price: decimal }

type Order =
    { Id: Guid
      Lines: Line list
      Placed: DateTime option }

type Result<'a> =
    | Ok of 'a
    | Failed of string

let total (order: Order) =
    order.Lines
    |> List.map (fun line -> decimal line.Quantity * line.Price)
    |> List.sum

let validate order =
    match order.Lines with
    | [] -> Failed "an order needs lines"
    | lines when lines |> List.exists (fun l -> l.Quantity <= 0) -> Failed "bad quantity"
    | _ -> Ok order

let rec private retry times (work: unit -> Async<'a>) = async {
    try
        return! work ()
    with
    | :? TimeoutException when times > 0 ->
        do! Async.Sleep 100
        return! retry (times - 1) work
}

[<EntryPoint>]
let main argv =
    let order = { Id = Guid.NewGuid(); Lines = []; Placed = None }
    printfn "total %M" (total order)
    match validate order with
    | Ok o -> printfn "%A" o.Id
    | Failed reason -> eprintfn "%s" reason
    0
